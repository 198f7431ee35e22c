"""What is said when the GPU runs out of memory: during what, how much was taken, and which param helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from temper_job import JobError


@contextmanager
def explained(during: Callable[[], str], hint: str) -> Iterator[None]:
    """Makes `gpu-out-of-memory` of torch's error; `during` is asked only then, and continues “ran out of memory”."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        peak = torch.cuda.max_memory_allocated() / 2**30
        raise JobError(
            'gpu-out-of-memory', f'the GPU ran out of memory {during()} (peak {peak:.1f} GiB)', hint
        ) from error


def step_hint(training: dict[str, Any]) -> str:
    """What makes a step of the training smaller: first what changes no result."""
    if not training['gradientCheckpointing']:
        return 'set `training.gradientCheckpointing: true`'
    if training['batchSize'] > 1:
        half, doubled = max(1, training['batchSize'] // 2), training['gradientAccumulation'] * 2
        return (
            f'set `training.batchSize: {half}` and `training.gradientAccumulation: {doubled}`, which trains the same, '
            'or lower `maxLength` in `tokenize`'
        )
    if training['quantization'] == 'none':
        return "lower `maxLength` in `tokenize`, or set `training.quantization: '4-bit'`"
    return 'lower `maxLength` in `tokenize`, or use a GPU with more memory'


def weights_hint(training: dict[str, Any]) -> str:
    """What makes room for the weights themselves."""
    if training['quantization'] == 'none':
        return "set `training.quantization: '4-bit'`, or use a GPU with more memory"
    return 'use a GPU with more memory, and see with `nvidia-smi` that nobody else is on this one'


def evaluation_hint(batch_size: int) -> str:
    """What makes an evaluation smaller; none of it moves a number."""
    if batch_size > 1:
        return f'set `evaluation.batchSize: {batch_size // 2}`, which gives the same loss'
    return 'lower `maxLength` in `tokenize`, or leave out the `test` input and measure with `evaluate` afterwards'


def predictions_hint(prompts: int) -> str:
    """What makes the answers to the fixed prompts smaller."""
    return 'give fewer `predictions.prompts`' if prompts > 1 else 'lower `predictions.maxNewTokens`'
