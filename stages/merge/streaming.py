"""Merges into a copy of the base's files, in place: only the bytes of adapted tensors are written.

A tensor keeps its type and shape, so no offset moves, and header, index and every other byte stay what they were. One
tensor and what is added to it are in memory at a time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from temper_job import JobError
from temper_trl.tensor_file import TensorPlace
from updates import AdapterTensors, Update

#: FICLONE of <linux/fs.h>: the copy shares its blocks with the original until one of them is written to.
_FICLONE = 0x40049409


def copy_files(base: Path, target: Path) -> None:
    """Copies the weights' safetensors files and their index; by reflink where the file system can."""
    for source in sorted(base.glob('*.safetensors*')):
        _copy(source, target / source.name)
        os.chmod(target / source.name, 0o644)


def _copy(source: Path, target: Path) -> None:
    with source.open('rb') as read, target.open('wb') as write:
        try:
            import fcntl

            fcntl.ioctl(write.fileno(), _FICLONE, read.fileno())
            return
        except (ImportError, OSError):
            pass
    shutil.copyfile(source, target)


def apply_updates(
    updates: Sequence[Update],
    adapter: AdapterTensors,
    target: Path,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Writes every updated tensor into the copy under `target`; returns how many bytes were written."""
    written = 0
    for done, update in enumerate(updates, start=1):
        weight = read_tensor(update.place)
        delta = product(adapter.read(update.up), adapter.read(update.down)).mul_(update.scale)
        if delta.shape != weight.shape:
            raise JobError(
                'bad-input',
                f'the adapter adds {tuple(delta.shape)} to {update.place.name}, which is {tuple(weight.shape)}',
            )
        weight += delta
        del delta
        if not bool(weight.isfinite().all()):
            raise JobError(
                'user-error',
                f'{update.place.name} is no longer finite after the merge',
                'the adapter is broken: choose another checkpoint',
            )
        update.place.write(memoryview(as_bytes(weight)), target / update.place.file.name)
        written += update.place.size
        progress(done)
    unused = [name for name in adapter.names if name not in adapter.used]
    if unused:
        raise JobError('code', f'{len(unused)} tensors of the adapter were not merged, the first is {unused[0]}')
    return written


def product(up: Any, down: Any) -> Any:
    """B·A in fp32."""
    return up.float() @ down.float()


def read_tensor(place: TensorPlace) -> Any:
    """A tensor of the base; only floating-point types can take an adapter."""
    import torch

    types = {'F64': torch.float64, 'F32': torch.float32, 'F16': torch.float16, 'BF16': torch.bfloat16}
    if place.dtype not in types:
        raise JobError(
            'bad-input',
            f'{place.name} is of type {place.dtype}, into which nothing can be merged',
            'use weights that are not quantized',
        )
    return torch.frombuffer(place.read(), dtype=types[place.dtype]).reshape(place.shape)


def as_bytes(tensor: Any) -> Any:
    """The tensor's memory as a flat array of bytes."""
    import torch

    return tensor.reshape(-1).view(torch.uint8).numpy()
