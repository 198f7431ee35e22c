"""The seed's weights: a GlmForCausalLM whose matrices are drawn as integers.

`normal_` and `uniform_` give other bits on processors with other vector units. Integers times a power of two leave
nothing to round, so the file is the same everywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import GlmConfig, GlmForCausalLM

#: A draw from ±2^15 times this is at most 1/32: about the spread with which GLM-4 was initialised.
STEP = 2.0**-20
HEAD_SIZE = 32


def model_config(vocabulary: int, hidden: int, layers: int, stops: list[int]) -> dict[str, Any]:
    """What config.json holds: what makes GLM-4 different from Llama (biased q/k/v, grouped heads, half-rotary
    positions, three stop tokens), in small. No version of any library, so that its digest does not move with one."""
    heads = hidden // HEAD_SIZE
    return {
        'architectures': ['GlmForCausalLM'],
        'model_type': 'glm',
        'vocab_size': vocabulary,
        'hidden_size': hidden,
        'intermediate_size': 3 * hidden,
        'num_hidden_layers': layers,
        'num_attention_heads': heads,
        # Two query heads share one of these; an odd number of them shares a single one.
        'num_key_value_heads': heads // 2 if heads % 2 == 0 else 1,
        'head_dim': HEAD_SIZE,
        'hidden_act': 'silu',
        'attention_bias': True,
        'attention_dropout': 0.0,
        'partial_rotary_factor': 0.5,
        'rope_parameters': {'rope_type': 'default', 'rope_theta': 10000.0, 'partial_rotary_factor': 0.5},
        'max_position_embeddings': 1024,
        'rms_norm_eps': 1.5625e-07,
        'tie_word_embeddings': False,
        'bos_token_id': None,
        'eos_token_id': stops,
        'pad_token_id': stops[0],
        'dtype': 'float32',
    }


def build_model(config: dict[str, Any], weights: dict[str, torch.Tensor]) -> GlmForCausalLM:
    """The model that these weights make up."""
    model = GlmForCausalLM(_glm_config(config))
    model.load_state_dict(weights)
    return model


def create_weights(config: dict[str, Any], seed: int) -> dict[str, torch.Tensor]:
    """Every parameter by name: matrices from integers, norms 1, biases 0, drawn in the order of the names."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, parameter in sorted(_on_meta(config).named_parameters()):
        if name.endswith('.bias'):
            weights[name] = torch.zeros(parameter.shape)
        elif parameter.ndim == 1:
            weights[name] = torch.ones(parameter.shape)
        else:
            weights[name] = torch.randint(-(2**15), 2**15, parameter.shape, generator=generator).float() * STEP
    return weights


def write_weights(path: Path, weights: dict[str, torch.Tensor]) -> None:
    save_file(weights, path, metadata={'format': 'pt'})
    # safetensors writes 0600, which another user's container could not read.
    path.chmod(0o644)


def _on_meta(config: dict[str, Any]) -> GlmForCausalLM:
    """Names and shapes without memory."""
    with torch.device('meta'):
        return GlmForCausalLM(_glm_config(config))


def _glm_config(config: dict[str, Any]) -> GlmConfig:
    return GlmConfig(**{key: value for key, value in config.items() if key not in ('architectures', 'model_type')})
