"""What the tests of this stage share: jobs of a small training, and how they are run, stopped and compared."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import run  # noqa: E402
import torch  # noqa: E402
from temper_job import Job, JobError  # noqa: E402
from temper_trl.device import prepare_libraries  # noqa: E402
from temper_trl.testing import Bench, JobFolder, merged  # noqa: E402

OUTPUTS = ['adapter', 'checkpoints', 'trainingState']

#: What the declaration of the stage makes of `{}`; the vitest file beside this folder passes it on.
DEFAULTS: dict[str, Any] = json.loads(os.environ['TEMPER_TEST_PARAMS'])

#: 28 rows in batches of 4: 14 steps in two epochs, with an evaluation at 3, 6, … and a checkpoint at 4, 8, 12 and 14.
SMALL = merged(
    DEFAULTS,
    {
        'lora': {'r': 4, 'alpha': 16, 'dropout': 0.1, 'targets': ['q_proj', 'k_proj', 'v_proj']},
        'training': {
            'duration': {'epochs': 2},
            'batchSize': 4,
            'learningRate': 5e-3,
            'precision': 'fp32',
            'gradientCheckpointing': False,
        },
        'evaluation': {'every': 3},
        'checkpoints': {'every': 4},
        'predictions': {'prompts': ['2加3等于几？'], 'maxNewTokens': 4},
    },
)

_numbers = itertools.count(1)


class TrainingTest(unittest.TestCase):
    """Runs the stage's main function in this process, which spares each training the imports."""

    bench: Bench

    @classmethod
    def setUpClass(cls) -> None:
        prepare_libraries(torch.device('cpu'))
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.bench = Bench(Path(holder.name))

    def job(self, changes: dict[str, Any] | None = None, *, test: bool = True, **inputs: Path) -> JobFolder:
        """A job of the small training with some params changed, and some inputs replaced."""
        artifacts = self.bench.artifacts
        given = {
            'weights': artifacts['weights'],
            'tokenizer': artifacts['tokenizer'],
            'train': artifacts['trainTokens'],
        }
        if test:
            given['test'] = artifacts['testTokens']
        params = merged(SMALL, changes or {})
        return self.bench.job(f'train-{next(_numbers)}', 'lora-sft', params, {**given, **inputs}, OUTPUTS)

    def train(self, changes: dict[str, Any] | None = None, **options: Any) -> JobFolder:
        """A job that ran to its end."""
        job = self.job(changes, **options)
        run.main(Job(job.root))
        return job

    def stop(self, job: JobFolder, step: int) -> None:
        """Runs a job that somebody cancels while it is at `step`."""
        from callbacks import Reports

        original = Reports.on_step_begin

        def cancel(self: Any, args: Any, state: Any, control: Any, **others: Any) -> None:
            original(self, args, state, control, **others)
            if state.global_step + 1 == step:
                (job.root / 'cancel').touch()

        Reports.on_step_begin = cancel
        try:
            error = self.refused(job, 'interrupted', f'stopped after step {step} of ')
        finally:
            Reports.on_step_begin = original
            (job.root / 'cancel').unlink()
        self.assertIn('its checkpoint is kept', error.message)

    def refused(self, job: JobFolder, reason: str, words: str) -> JobError:
        """Runs a job that must end for this reason, with these words in its message."""
        with self.assertRaises(JobError) as caught:
            run.main(Job(job.root))
        self.assertEqual(caught.exception.reason, reason)
        self.assertIn(words, caught.exception.message)
        return caught.exception

    def assert_same_outputs(self, one: JobFolder, other: JobFolder, outputs: list[str] = OUTPUTS) -> None:
        """Every file of these outputs has the same bytes."""
        for name in outputs:
            self.assertEqual(files_of(one.output(name)), files_of(other.output(name)), name)


def phases(job: JobFolder) -> list[str]:
    """What the job said it was doing, in order."""
    return [event['name'] for event in job.events('phase')]


def files_of(folder: Path) -> dict[str, str]:
    """Path and digest of each file of a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob('*'))
        if path.is_file()
    }
