"""The stage's outputs, made from its checkpoints, so that an interruption does not show in their bytes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from checkpoints import ADAPTER_FILES, Checkpoint, files_below
from temper_job import Job, JobError, write_json
from temper_trl.adapter import check_adapter

#: The trainer's names of what it logs, and ours; times are not among them.
LOGGED = {
    'loss': 'loss',
    'grad_norm': 'gradNorm',
    'learning_rate': 'learningRate',
    'num_tokens': 'tokens',
    'mean_token_accuracy': 'tokenAccuracy',
    'eval_loss': 'evalLoss',
    'eval_token_accuracy': 'evalTokenAccuracy',
}


def write_outputs(job: Job, checkpoints: list[Checkpoint], planned: list[Checkpoint], select: str) -> None:
    """Writes adapter, checkpoints and trainingState. What an interruption caused is not `planned`, and left out."""
    last = checkpoints[-1]
    kept = [checkpoint for checkpoint in checkpoints if checkpoint is last or checkpoint in planned]
    chosen = _best(kept) if select == 'best' else last
    check_adapter(chosen.folder)
    _copy(chosen.folder, job.output('adapter'), ADAPTER_FILES)

    output = job.output('checkpoints')
    for checkpoint in kept:
        _copy(checkpoint.folder, output / checkpoint.folder.name, (*ADAPTER_FILES, 'predictions.jsonl'))
    write_json(output / 'checkpoints.json', {'checkpoints': [_describe(c) for c in kept], 'log': _log(last.folder)})

    # A checkpoint folder as it is: laid into the checkpoint folder of a longer training, it is one to go on from.
    _copy(last.folder, job.output('trainingState'), files_below(last.folder))


def _best(checkpoints: list[Checkpoint]) -> Checkpoint:
    scored = [checkpoint for checkpoint in checkpoints if checkpoint.eval_loss is not None]
    if not scored:
        raise JobError(
            'user-error',
            "`checkpoints.select: 'best'` needs an evaluation at the step of a checkpoint, and there was none",
            'make `checkpoints.every` a multiple of `evaluation.every`',
        )
    return min(scored, key=lambda checkpoint: checkpoint.eval_loss)


def _describe(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        'step': checkpoint.step,
        'epoch': checkpoint.epoch,
        'folder': checkpoint.folder.name,
        'trainLoss': checkpoint.train_loss,
        'evalLoss': checkpoint.eval_loss,
    }


def _log(folder: Path) -> list[dict[str, Any]]:
    history = json.loads((folder / 'trainer_state.json').read_text(encoding='utf-8'))['log_history']
    return [
        {
            'step': entry['step'],
            'epoch': entry['epoch'],
            **{ours: entry[theirs] for theirs, ours in LOGGED.items() if theirs in entry},
        }
        for entry in history
    ]


def _copy(source: Path, target: Path, names: Any) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
