"""Models of a real shape with numbers of no meaning: what memory and speed depend on, without a download."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import torch
from temper_job import write_json
from temper_trl.tensor_file import find_tensors

GLM_4_9B: dict[str, Any] = {
    'architectures': ['GlmForCausalLM'],
    'model_type': 'glm',
    'dtype': 'bfloat16',
    'vocab_size': 151_552,
    'hidden_size': 4096,
    'intermediate_size': 13_696,
    'num_hidden_layers': 40,
    'num_attention_heads': 32,
    'num_key_value_heads': 2,
    'head_dim': 128,
    'attention_bias': True,
    'tie_word_embeddings': False,
    'max_position_embeddings': 8192,
    'rms_norm_eps': 1.5625e-07,
    'pad_token_id': 256,
    'eos_token_id': [256, 263, 265],
}

#: `tiny` proves that the scripts work; its figures mean nothing.
SHAPES = {
    'glm-4-9b': GLM_4_9B,
    'tiny': {
        **GLM_4_9B,
        'vocab_size': 512,
        'hidden_size': 64,
        'intermediate_size': 96,
        'num_hidden_layers': 2,
        'num_attention_heads': 4,
        'head_dim': 16,
        'max_position_embeddings': 1024,
    },
}


def write_model(folder: Path, config: dict[str, Any], seed: int = 0) -> int:
    """Writes seeded bf16 weights tensor by tensor; returns how many parameters there are."""
    folder.mkdir(parents=True)
    write_json(folder / 'config.json', config)
    write_json(
        folder / 'generation_config.json',
        {'eos_token_id': config['eos_token_id'], 'pad_token_id': config['pad_token_id']},
    )
    header: dict[str, Any] = {'__metadata__': {'format': 'pt'}}
    end = 0
    for name, shape in tensor_shapes(config).items():
        size = 2 * torch.Size(shape).numel()
        header[name] = {'dtype': 'BF16', 'shape': shape, 'data_offsets': [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    with (folder / 'model.safetensors').open('wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        file.truncate(8 + len(text) + end)
    generator = torch.Generator().manual_seed(seed)
    for name, place in sorted(find_tensors(folder).items()):
        if 'norm' in name:
            values = torch.ones(place.shape)
        elif name.endswith('bias'):
            values = torch.zeros(place.shape)
        else:
            # Whole numbers times a power of two: the same bytes on every machine.
            values = torch.randint(-128, 128, place.shape, generator=generator) * 2.0**-12
        place.write(values.to(torch.bfloat16).view(torch.uint8).numpy().tobytes(), place.file)
    return end // 2


def tensor_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    from accelerate import init_empty_weights
    from transformers import AutoConfig, AutoModelForCausalLM

    settings = {key: value for key, value in config.items() if key != 'model_type'}
    with init_empty_weights():
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(config['model_type'], **settings))
    return {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}


def write_rows_of_tokens(folder: Path, *, rows: int, length: int, seed: int = 1) -> None:
    """Token rows of three lengths around a mean, as real rows have; the second half of each is learned."""
    import numpy
    from safetensors.numpy import save_file
    from temper_job import write_rows

    folder.mkdir(parents=True)
    generator = numpy.random.Generator(numpy.random.PCG64(seed))
    lengths = [length // 2, length // 4, length] * (rows // 3 + 1)
    ids, labels, offsets = [], [], [0]
    for size in lengths[:rows]:
        row = generator.integers(0, 256, size)
        ids.append(row)
        labels.append(numpy.where(numpy.arange(size) < size // 2, -100, row))
        offsets.append(offsets[-1] + size)
    save_file(
        {
            'input_ids': numpy.concatenate(ids).astype(numpy.int32),
            'labels': numpy.concatenate(labels).astype(numpy.int32),
            'offsets': numpy.array(offsets, dtype=numpy.int64),
        },
        folder / 'tokens.safetensors',
    )
    write_rows(
        folder / 'rows.jsonl',
        [{'id': f'{n:016x}', 'length': size, 'truncated': False} for n, size in enumerate(lengths[:rows])],
    )
