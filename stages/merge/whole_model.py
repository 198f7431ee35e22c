"""PEFT's own merge, for adapters that are more than a product of two matrices. Needs memory for the whole model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def merge_whole_model(
    base: Path, adapter: Path, target: Path, prompts: Sequence[list[int]]
) -> tuple[list[Any], list[Any]]:
    """Loads base and adapter on the CPU, merges, and saves; returns the logits of the prompts before and after."""
    import torch
    from temper_trl.adapter import attach_adapter
    from temper_trl.model import load_model, stored_precision

    adapted = attach_adapter(load_model(base, dtype=stored_precision(base), device=torch.device('cpu')), adapter)
    apart = _logits(adapted, prompts)
    merged = adapted.merge_and_unload()
    merged.save_pretrained(target)
    for path in target.iterdir():
        path.chmod(0o644)
    return apart, _logits(merged, prompts)


def _logits(model: Any, prompts: Sequence[list[int]]) -> list[Any]:
    import torch

    with torch.no_grad():
        return [model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float() for ids in prompts]
