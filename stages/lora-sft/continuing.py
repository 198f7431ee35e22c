"""Going on from a training that was done before: a shorter one of this very step, or one that the pipeline names.

Both lie down as checkpoints of this training, and then all is as after an interruption.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from checkpoints import ADAPTER_FILES, MANIFEST, Checkpoint, Checkpoints, files_below
from temper_job import Job, JobError, read_json

#: What must be equal for the numbers of an adapter to mean the same.
LORA_FIELDS = ('r', 'lora_alpha', 'target_modules', 'modules_to_save', 'use_rslora', 'use_dora')


def begin_from_shorter(
    job: Job, checkpoints: Checkpoints, start: Checkpoint | None, schedule: Any, of: int
) -> Checkpoint | None:
    """Lays down a shorter execution of this step where there is one ahead of `start`; returns where to go on from.

    Only what an uninterrupted training of `of` steps would have kept: the shorter one also evaluated and saved at its
    last step, whatever the cadence.
    """
    state, listed = job.earlier('trainingState'), job.earlier('checkpoints')
    if state is None or listed is None:
        return start
    last = read_json(state / MANIFEST)
    if last['step'] >= of or last['stoppedEarly'] or (start is not None and start.step >= last['step']):
        return start
    for entry in read_json(listed / 'checkpoints.json')['checkpoints']:
        if entry['step'] < last['step'] and schedule.saves_at(entry['step'], of):
            source = listed / entry['folder']
            names = (*ADAPTER_FILES, 'predictions.jsonl')
            _lay_down(checkpoints, source, names, {**_described(entry), 'stoppedEarly': False})
    evaluated = schedule.evaluates_at(last['step'], of)
    return _lay_down_state(checkpoints, state, last, keep_evaluation=evaluated)


def begin_from_named(
    job: Job, checkpoints: Checkpoints, start: Checkpoint | None, of: int
) -> tuple[Checkpoint | None, int]:
    """Lays down the training that the input `continueFrom` names, unless this one is past it; also says its last step."""
    state = job.optional_input('continueFrom')
    if state is None:
        return start, 0
    last = read_json(state / MANIFEST)
    if last['step'] >= of:
        raise JobError(
            'user-error',
            f'`continueFrom` was trained for {last["step"]} steps already, and this training ends after {of}',
            'raise `training.duration`, which counts from the very beginning',
        )
    if start is not None and start.step >= last['step']:
        return start, last['step']
    return _lay_down_state(checkpoints, state, {**last, 'stoppedEarly': False}, keep_evaluation=True), last['step']


def check_named(job: Job, trainer: Any, processes: int) -> None:
    """Refuses a `continueFrom` whose numbers would mean something else in this training."""
    from temper_trl.adapter import check_base, read_config

    state = job.optional_input('continueFrom')
    if state is None:
        return
    check_base(state, job.digest('weights'))
    before, now = read_config(state), trainer.model.peft_config['default'].to_dict()
    for field in LORA_FIELDS:
        if _comparable(before.get(field)) != _comparable(now.get(field)):
            raise JobError(
                'user-error',
                f'`continueFrom` was trained with `{field}` {_shown(before.get(field))}, this training has '
                f'{_shown(now.get(field))}',
                'an adapter cannot change its shape: give `lora` the same values',
            )
    saved = len(list(state.glob('rng_state*.pth')))
    if saved != processes:
        raise JobError(
            'user-error',
            f'`continueFrom` was trained by {saved} process(es), and `launch.processes` is {processes}',
            f'set `launch.processes: {saved}`',
        )


def _lay_down_state(
    checkpoints: Checkpoints, state: Path, last: dict[str, Any], *, keep_evaluation: bool
) -> Checkpoint:
    names = [name for name in files_below(state) if name != MANIFEST]
    about = _described(last, keep_evaluation) | {'stoppedEarly': last['stoppedEarly']}

    def forget_evaluation(folder: Path) -> None:
        path = folder / 'trainer_state.json'
        trained = json.loads(path.read_text(encoding='utf-8'))
        trained['log_history'] = [
            entry for entry in trained['log_history'] if entry['step'] != last['step'] or 'eval_loss' not in entry
        ]
        path.write_text(json.dumps(trained, indent=2, sort_keys=True) + '\n', encoding='utf-8')

    return _lay_down(checkpoints, state, names, about, (lambda _: None) if keep_evaluation else forget_evaluation)


def _lay_down(
    checkpoints: Checkpoints,
    source: Path,
    names: Any,
    about: dict[str, Any],
    change: Callable[[Path], None] = lambda _: None,
) -> Checkpoint:
    growing = checkpoints.partial / source.name
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir()
    for name in names:
        (growing / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, growing / name)
    change(growing)
    return checkpoints.publish(growing, about)


def _described(entry: dict[str, Any], evaluated: bool = True) -> dict[str, Any]:
    return {
        'step': entry['step'],
        'epoch': entry['epoch'],
        'trainLoss': entry['trainLoss'],
        'evalLoss': entry['evalLoss'] if evaluated else None,
    }


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, (list, set, tuple)) else value or None


def _shown(value: Any) -> str:
    return json.dumps(_comparable(value))
