"""LoRA adapters as artifacts: with stable bytes, tied to their base by its digest, checked before they are believed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from temper_job import JobError, read_json, write_json

WEIGHTS_NAME = 'adapter_model.safetensors'
CONFIG_NAME = 'adapter_config.json'


def stabilise_config(folder: Path, base_digest: str) -> None:
    """Rewrites PEFT's adapter_config.json so that equal adapters have equal files.

    PEFT writes lists in the order of Python sets, which changes with the hash seed, and the path of the base, which
    changes with the machine. Here lists are sorted, the base is named by its digest, and the mode is that of other
    files (safetensors creates its files 0600).
    """
    path = folder / CONFIG_NAME
    config = {key: _sorted(value) for key, value in sorted(json.loads(path.read_text(encoding='utf-8')).items())}
    config['base_model_name_or_path'] = None
    config['revision'] = None
    config['temper'] = {'base': {'digest': base_digest}}
    write_json(path, config)
    os.chmod(path, 0o644)
    os.chmod(folder / WEIGHTS_NAME, 0o644)


def read_config(folder: Path) -> dict[str, Any]:
    """The adapter's configuration; `bad-input` for anything but LoRA."""
    for name in (CONFIG_NAME, WEIGHTS_NAME):
        if not (folder / name).exists():
            raise JobError('bad-input', f'the adapter has no {name}')
    config = read_json(folder / CONFIG_NAME)
    if config.get('peft_type') != 'LORA':
        raise JobError('bad-input', f'the adapter is of type {config.get("peft_type")!r}, expected LORA')
    return config


def check_base(folder: Path, base_digest: str) -> None:
    """Refuses an adapter that was trained on other weights: added to these it would be noise."""
    named = (read_config(folder).get('temper') or {}).get('base', {}).get('digest')
    if named != base_digest:
        raise JobError(
            'bad-input',
            f'the adapter was trained on the weights {_short(named)}, but is used with {_short(base_digest)}',
            'pass the weights that `lora-sft` was given',
        )


def check_adapter(folder: Path) -> None:
    """Refuses an adapter with numbers that are not finite, or one that changes nothing: every B is 0."""
    import torch
    from safetensors import safe_open

    changed = False
    with safe_open(folder / WEIGHTS_NAME, framework='pt') as tensors:
        for name in sorted(tensors.keys()):
            tensor = tensors.get_tensor(name)
            if not torch.isfinite(tensor).all():
                raise JobError(
                    'user-error',
                    f'the adapter holds numbers that are not finite, the first in {name}',
                    'lower `training.learningRate`',
                )
            if 'lora_A' not in name and 'lora_embedding_A' not in name and bool(tensor.any()):
                changed = True
    if not changed:
        raise JobError(
            'user-error',
            'the adapter changes nothing: every lora_B is zero',
            'raise `training.learningRate`, or train for more steps',
        )


def attach_adapter(model: Any, folder: Path) -> Any:
    """The model with the adapter on it, for inference. Every tensor of the adapter must find its place."""
    from peft import PeftModel, get_peft_model_state_dict
    from safetensors import safe_open

    read_config(folder)
    try:
        adapted = PeftModel.from_pretrained(model, folder, is_trainable=False)
    except (RuntimeError, ValueError) as error:
        raise JobError(
            'bad-input', f'the adapter does not fit the weights: {str(error).strip().splitlines()[0]}'
        ) from error
    with safe_open(folder / WEIGHTS_NAME, framework='pt') as tensors:
        unused = sorted(set(tensors.keys()) - set(get_peft_model_state_dict(adapted)))
    if unused:
        raise JobError(
            'bad-input', f'{len(unused)} tensors of the adapter fit no module of the weights, the first is {unused[0]}'
        )
    return adapted.eval()


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value


def _short(digest: str | None) -> str:
    return digest[:12] if digest else '(no digest)'
