"""The job's checkpoint folder: each checkpoint appears whole, by one rename, and is verified before it is used.

checkpoint/
  step-000020/
    checkpoint.json            step, epoch, losses, and size and SHA-256 of every file
    adapter_model.safetensors, adapter_config.json, predictions.jsonl
    optimizer.pt, scheduler.pt, rng_state.pth, trainer_state.json     while it is among the newest
    latest, global_step20/                                            instead of optimizer.pt, with ZeRO-2
  .partial/                    what is being written; an attempt that finds it removes it
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temper_job import read_json, write_json

MANIFEST = 'checkpoint.json'
ADAPTER_FILES = ('adapter_model.safetensors', 'adapter_config.json')
#: Without these the trainer goes on with a fresh optimizer, and says nothing. The first is the optimizer's: of one
#: process that has it whole, or DeepSpeed's word for the folder in which each process keeps its part.
WHOLE_STATE = ('optimizer.pt', 'scheduler.pt', 'trainer_state.json')
PARTED_STATE = ('latest', 'scheduler.pt', 'trainer_state.json')
PARTS = 'global_step'
#: The newest one may be found damaged, so the one before it must still be there to resume from.
KEPT_STATES = 2


@dataclass(frozen=True)
class Checkpoint:
    """A complete checkpoint. `stopped_early` says that no step follows it although some were planned."""

    folder: Path
    step: int
    epoch: float
    train_loss: float | None
    eval_loss: float | None
    stopped_early: bool
    digest: str


class Checkpoints:
    """Checkpoints of one step of a pipeline, across its attempts."""

    def __init__(self, folder: Path, *, processes: int, resume: bool, parted: bool = False) -> None:
        self.folder = folder
        self.partial = folder / '.partial'
        self._state_files = PARTED_STATE if parted else WHOLE_STATE
        self._parts = processes if parted else 0
        self._rng_files = (
            ['rng_state.pth'] if processes == 1 else [f'rng_state_{rank}.pth' for rank in range(processes)]
        )
        for leftover in [self.partial] if resume else list(folder.iterdir()):
            _remove(leftover)
        self.partial.mkdir(parents=True, exist_ok=True)

    def publish(self, source: Path, about: dict[str, Any]) -> Checkpoint:
        """Makes a written folder a checkpoint. `about` holds step, epoch, trainLoss, evalLoss and stoppedEarly."""
        for path in source.iterdir():
            if not _belongs(path.name):
                _remove(path)
        names = files_below(source)
        files = [
            {'path': name, 'size': (source / name).stat().st_size, 'sha256': _sha256(source / name)} for name in names
        ]
        write_json(source / MANIFEST, {'v': 1, **about, 'files': files})
        for path in (*source.rglob('*'), source):
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
            _flush(path)
        target = self.folder / f'step-{about["step"]:06d}'
        _remove(target)
        source.rename(target)
        _flush(self.folder)
        self._thin()
        return _read(target)

    def newest(self, damaged: Callable[[str], None]) -> Checkpoint | None:
        """The newest checkpoint that a training can go on from; what is damaged is reported, and removed.

        An older checkpoint without its state cannot be made again from another one, so when its adapter is damaged the
        training starts from the beginning.
        """
        for checkpoint in reversed(self.all()):
            thinned = not self._has_state(checkpoint)
            problem = self._problem(checkpoint.folder, ADAPTER_FILES if thinned else None)
            if problem is not None:
                damaged(f'{checkpoint.folder.name}: {problem}')
                _remove(checkpoint.folder)
                if thinned:
                    return None
        return next((c for c in reversed(self.all()) if self._has_state(c)), None)

    def all(self) -> list[Checkpoint]:
        """Every checkpoint with a readable manifest, by step."""
        found = [_read(path) for path in self.folder.glob('step-*') if (path / MANIFEST).is_file()]
        return sorted(found, key=lambda checkpoint: checkpoint.step)

    def _has_state(self, checkpoint: Checkpoint) -> bool:
        return (checkpoint.folder / self._state_files[0]).exists()

    def _problem(self, folder: Path, only: tuple[str, ...] | None = None) -> str | None:
        """Why these files (all that a resume needs, unless `only` some are asked for) cannot be used, or None."""
        files = {entry['path']: entry for entry in read_json(folder / MANIFEST)['files']}
        for name in only or (*ADAPTER_FILES, *self._state_files, *self._rng_files):
            if name not in files:
                return f'{name} was not saved'
        parts = sum(name.startswith(PARTS) and 'optim_states' in name for name in files)
        if only is None and parts != self._parts:
            return f'the optimizer was saved in {parts} parts, not {self._parts}'
        for name, entry in files.items():
            if only is not None and name not in only:
                continue
            if not (folder / name).is_file():
                return f'{name} is missing'
            if (folder / name).stat().st_size != entry['size'] or _sha256(folder / name) != entry['sha256']:
                return f'{name} is not the file that was saved'
        return None

    def _thin(self) -> None:
        for checkpoint in self.all()[:-KEPT_STATES]:
            # The first of the state files goes last: while it is there, the folder claims that one can resume from it.
            for parts in checkpoint.folder.glob(f'{PARTS}*'):
                _remove(parts)
            for name in (*self._rng_files, 'scaler.pt', *reversed(self._state_files)):
                (checkpoint.folder / name).unlink(missing_ok=True)


def _read(folder: Path) -> Checkpoint:
    manifest = read_json(folder / MANIFEST)
    return Checkpoint(
        folder,
        manifest['step'],
        manifest['epoch'],
        manifest['trainLoss'],
        manifest['evalLoss'],
        manifest['stoppedEarly'],
        _sha256(folder / MANIFEST),
    )


def files_below(folder: Path) -> list[str]:
    """Every file of a folder, sorted, relative to it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file())


def _belongs(name: str) -> bool:
    known = (*ADAPTER_FILES, *WHOLE_STATE, *PARTED_STATE, 'scaler.pt', 'predictions.jsonl')
    return name in known or name.startswith(('rng_state', PARTS))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open('rb') as file:
        while block := file.read(1 << 20):
            yield block


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # Without its manifest a folder is no checkpoint, however little of the rest is left when a kill comes now.
        (path / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
