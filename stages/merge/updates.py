"""What an adapter adds to which tensors of its base.

PEFT names a module of the base `base_model.model.<module>`, and its two matrices `lora_A` (r x in) and `lora_B` (out x
r). The merge of a linear layer is W + (B·A)·scale: the product in fp32, added in fp32, rounded once to W's type. That
is what `merge_and_unload` of PEFT 0.21 does (`Linear.merge` and `get_delta_weight` in peft/tuners/lora/layer.py), so
the bytes are equal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temper_job import JobError
from temper_trl.adapter import WEIGHTS_NAME
from temper_trl.tensor_file import TensorPlace

_LORA = re.compile(r'base_model\.model\.(.+)\.lora_([AB])\.weight')

#: Entries of adapter_config.json under which the formula above is not the whole merge.
_OTHER_FORMS = (
    'use_dora',
    'modules_to_save',
    'lora_bias',
    'trainable_token_indices',
    'layer_replication',
    'target_parameters',
    'use_qalora',
    'use_bdlora',
    'kasa_config',
    'velora_config',
    'monteclora_config',
    'fan_in_fan_out',
    'alora_invocation_tokens',
    'arrow_config',
)


@dataclass(frozen=True)
class Update:
    """One tensor of the base and the names of the matrices whose product is added to it."""

    place: TensorPlace
    down: str
    up: str
    scale: float


def needs_whole_model(config: dict[str, Any], names: list[str], tied: bool) -> str | None:
    """Why this adapter cannot be merged tensor by tensor, or None."""
    for entry in _OTHER_FORMS:
        if config.get(entry):
            return entry
    if config.get('bias', 'none') != 'none':
        return 'bias'
    other = [name for name in names if _LORA.fullmatch(name) is None]
    if other:
        return f'the tensor {other[0]}'
    if tied and any('.lm_head.' in name for name in names):
        return 'an adapter on a head that is tied to the embeddings'
    return None


def plan_updates(config: dict[str, Any], names: list[str], base: dict[str, TensorPlace]) -> list[Update]:
    """One update for each pair of matrices; `bad-input` when a matrix has no pair or no tensor in the base."""
    modules: dict[str, set[str]] = {}
    for name in names:
        match = _LORA.fullmatch(name)
        assert match is not None
        modules.setdefault(match.group(1), set()).add(match.group(2))
    updates = []
    for module, matrices in sorted(modules.items()):
        place = base.get(f'{module}.weight')
        if place is None:
            raise JobError('bad-input', f'the adapter changes {module}, which the weights do not have')
        if matrices != {'A', 'B'}:
            raise JobError('bad-input', f'the adapter has only lora_{"".join(matrices)} for {module}')
        prefix = f'base_model.model.{module}.lora_'
        updates.append(Update(place, f'{prefix}A.weight', f'{prefix}B.weight', scale_of(config, module)))
    return updates


def scale_of(config: dict[str, Any], module: str) -> float:
    """alpha / r, or alpha / sqrt(r) for rsLoRA (https://arxiv.org/abs/2312.03732)."""
    rank = _pattern(config.get('rank_pattern') or {}, module, config['r'])
    alpha = _pattern(config.get('alpha_pattern') or {}, module, config['lora_alpha'])
    return alpha / math.sqrt(rank) if config.get('use_rslora') else alpha / rank


def _pattern(patterns: dict[str, Any], module: str, default: Any) -> Any:
    # PEFT anchors a pattern at the end of the module's name (peft.utils.other.get_pattern_key).
    return next((value for pattern, value in patterns.items() if re.match(rf'(.*\.)?({pattern})$', module)), default)


class AdapterTensors:
    """The adapter's tensors, read one at a time, with a record of which were used."""

    def __init__(self, tensors: Any) -> None:
        self._tensors = tensors
        self.names = sorted(tensors.keys())
        self.used: set[str] = set()

    def read(self, name: str) -> Any:
        self.used.add(name)
        return self._tensors.get_tensor(name)


@contextmanager
def open_adapter(folder: Path) -> Iterator[AdapterTensors]:
    """Opens an adapter's file for as long as the block runs."""
    from safetensors import safe_open

    with safe_open(folder / WEIGHTS_NAME, framework='pt') as tensors:
        yield AdapterTensors(tensors)
