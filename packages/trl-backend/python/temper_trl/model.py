"""Models and tokenizers from their artifact folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from temper_job import JobError, read_json

from .device import PRECISIONS
from .tensor_file import find_tensors

#: What safetensors calls the types that a model is trained in.
FLOATS = ('BF16', 'F16', 'F32', 'F64')


def stored_precision(weights: Path) -> torch.dtype:
    """The type that the weights say they were saved in; fp32 when they do not say."""
    config = read_json(weights / 'config.json')
    name = config.get('dtype') or config.get('torch_dtype') or 'float32'
    return getattr(torch, name)


def choose_precision(name: str, weights: Path) -> torch.dtype:
    """`stored`, or one of PRECISIONS. GLM overflows in fp16 (its loss becomes 0), so that pair is refused.

    https://github.com/hiyouga/LlamaFactory/issues/4084
    """
    dtype = stored_precision(weights) if name == 'stored' else PRECISIONS[name]
    family = read_json(weights / 'config.json').get('model_type', '')
    if dtype == torch.float16 and 'glm' in family:
        raise JobError(
            'user-error',
            f'fp16 overflows in {family} models: the loss becomes 0 and nothing is learned',
            "set `precision: 'bf16'`, or 'fp32' on a CPU",
        )
    return dtype


def load_model(
    weights: Path,
    *,
    dtype: torch.dtype,
    device: torch.device,
    attention: str = 'sdpa',
    quantization: Any | None = None,
) -> Any:
    """A causal language model in evaluation mode, every tensor accounted for.

    Transformers initialises a missing tensor at random and goes on; here a missing, unexpected or misshapen one is
    `bad-input`, because the numbers that followed would be about another model.
    """
    from transformers import AutoModelForCausalLM

    refuse_unreadable(weights)
    placement = {'device_map': {'': device}} if quantization is not None else {}
    try:
        model, report = AutoModelForCausalLM.from_pretrained(
            weights,
            dtype=dtype,
            attn_implementation=attention,
            quantization_config=quantization,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            # Not to go on with random numbers, but to learn from the report which tensors these are.
            ignore_mismatched_sizes=True,
            **placement,
        )
    except torch.OutOfMemoryError:
        # Nothing is wrong with the weights: whoever loads them knows what makes room.
        raise
    except Exception as error:
        # A configuration that does not fit itself fails in any way, in the code of any model.
        raise JobError(
            'bad-input',
            f'the weights do not load: {_first_line(error)}',
            'config.json and the weights may belong to different models: take both from one source',
        ) from error
    refuse_incomplete(report)
    if quantization is None:
        model.to(device)
    return model.eval()


def refuse_unreadable(weights: Path) -> None:
    """`bad-input` for a shard that is not there or cut, and for tensors that are no floating-point numbers.

    Transformers would cast whole numbers without a word, and the model would compute with another base's noise.
    """
    for name, place in sorted(find_tensors(weights).items()):
        if place.dtype not in FLOATS:
            raise JobError(
                'bad-input',
                f'{name} is of type {place.dtype}, which this stage does not compute with',
                'use weights that are not quantized; QLoRA quantizes them itself',
            )


def refuse_incomplete(report: dict[str, Any]) -> None:
    """`bad-input` unless Transformers' loading report says that file and model have the same tensors."""
    for name, stored, wanted in sorted(report.get('mismatched_keys') or ()):
        raise JobError(
            'bad-input',
            f'{name} is {tuple(stored)} in the weights, but config.json makes it {tuple(wanted)}',
            'take both from one source',
        )
    missing, unexpected = (sorted(report.get(f'{problem}_keys') or ()) for problem in ('missing', 'unexpected'))
    if missing:
        raise JobError(
            'bad-input', f'config.json asks for {_listed(missing)}, which the weights lack', 'take both from one source'
        )
    if unexpected:
        raise JobError(
            'bad-input',
            f'the weights hold {_listed(unexpected)}, which config.json knows nothing of',
            'take both from one source',
        )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f'{len(names)} tensors, beginning with {names[0]}'


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of an artifact; the end-of-text token pads when it names no token for that."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def stop_tokens(weights: Path) -> list[int]:
    """Every id that ends an answer, from the weights' generation config (GLM-4 has three), else from their config."""
    for name in ('generation_config.json', 'config.json'):
        path = weights / name
        if path.exists():
            ids = json.loads(path.read_text(encoding='utf-8')).get('eos_token_id')
            if ids is not None:
                return [ids] if isinstance(ids, int) else list(ids)
    raise JobError(
        'bad-input',
        'neither generation_config.json nor config.json names an eos_token_id',
        'name in generation_config.json the tokens at which an answer ends: it could never end',
    )


def _first_line(error: BaseException) -> str:
    return str(error).strip().split('\n')[0]
