"""A merge at GLM-4-9B's shapes stays within 3 GB.

Two of its forty layers are enough to see it: memory follows the largest tensor (the head, 1.2 GB), not their number.
The weights are zeros that take no disk until something is written to them.
"""

from __future__ import annotations

import json
import os
import struct
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors.torch import save_file
from temper_job import read_json, write_json
from temper_trl.tensor_file import find_tensors
from temper_trl.testing import Bench, digest_of

LIMIT = 3_000_000_000

CONFIG = {
    'architectures': ['GlmForCausalLM'],
    'model_type': 'glm',
    'dtype': 'bfloat16',
    'vocab_size': 151_552,
    'hidden_size': 4096,
    'intermediate_size': 13_696,
    'num_hidden_layers': 2,
    'num_attention_heads': 32,
    'num_key_value_heads': 2,
    'head_dim': 128,
    'attention_bias': True,
    'tie_word_embeddings': False,
    'max_position_embeddings': 8192,
    'pad_token_id': 0,
    'eos_token_id': [0],
}


def shapes() -> dict[str, tuple[int, ...]]:
    from accelerate import init_empty_weights
    from transformers import AutoConfig, AutoModelForCausalLM

    settings = {key: value for key, value in CONFIG.items() if key != 'model_type'}
    with init_empty_weights():
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(CONFIG['model_type'], **settings))
    return {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}


def write_sparse(folder: Path) -> None:
    """The files of a bf16 model whose norms are 1 and whose other numbers are 0."""
    folder.mkdir()
    write_json(folder / 'config.json', CONFIG)
    header, end = {'__metadata__': {'format': 'pt'}}, 0
    for name, shape in shapes().items():
        size = 2 * torch.Size(shape).numel()
        header[name] = {'dtype': 'BF16', 'shape': shape, 'data_offsets': [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    with (folder / 'model.safetensors').open('wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        file.truncate(8 + len(text) + end)
    for name, place in find_tensors(folder).items():
        if 'norm' in name:
            place.write(torch.ones(place.shape, dtype=torch.bfloat16).view(torch.uint8).numpy().tobytes(), place.file)


def write_large_adapter(folder: Path, base: Path) -> None:
    """Rank 8 on every linear layer but the head."""
    folder.mkdir()
    generator = torch.Generator().manual_seed(0)
    tensors = {}
    for name, shape in shapes().items():
        if name.endswith('proj.weight'):
            prefix = f'base_model.model.{name.removesuffix(".weight")}'
            tensors[f'{prefix}.lora_A.weight'] = torch.randn(8, shape[1], generator=generator)
            tensors[f'{prefix}.lora_B.weight'] = torch.randn(shape[0], 8, generator=generator)
    save_file(tensors, folder / 'adapter_model.safetensors')
    config = {
        'peft_type': 'LORA',
        'r': 8,
        'lora_alpha': 32,
        'target_modules': ['all'],
        'temper': {'base': {'digest': digest_of(base)}},
    }
    write_json(folder / 'adapter_config.json', config)


class MemoryTest(unittest.TestCase):
    def test_the_largest_tensor_decides(self) -> None:
        with tempfile.TemporaryDirectory() as holder:
            folder = Path(holder)
            bench = Bench(folder)
            write_sparse(folder / 'large')
            write_large_adapter(folder / 'adapter', folder / 'large')
            inputs = {
                'weights': folder / 'large',
                'adapter': folder / 'adapter',
                'tokenizer': bench.artifacts['tokenizer'],
            }
            job = bench.job('large', 'merge', {'verify': {'prompts': ['你好'], 'tolerance': 0.05}}, inputs, ['model'])
            process = job.start()
            _, status, usage = os.wait4(process.pid, 0)
            self.assertEqual(status, 0, job.log())
            facts = read_json(job.output('model') / 'merge.json')
            self.assertEqual((facts['way'], facts['tensors']), ('streaming', 12))
            self.assertLess(usage.ru_maxrss * 1024, LIMIT)


if __name__ == '__main__':
    unittest.main()
