"""Real processes, ended from outside at chosen moments; the bytes must be those of a training that nobody disturbed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'tests'))

from ambush import AmbushTest  # noqa: E402
from rig import phases  # noqa: E402
from temper_trl.testing import JobFolder  # noqa: E402

INTERRUPTED = 75


class InterruptionTest(AmbushTest):
    def end_when(self, job: JobFolder, moment: Callable[[], bool], number: int) -> int:
        """Starts the job, sends it a signal at the moment, and returns the exit code."""
        process = job.start()
        until(lambda: moment() or process.poll() is not None)
        self.assertIsNone(process.poll(), job.log())
        process.send_signal(number)
        return process.wait()

    def reached(self, job: JobFolder, step: int, metric: str = 'loss') -> Callable[[], bool]:
        return lambda: any(e['step'] >= step and metric in e['metrics'] for e in read_events(job, 'progress'))

    def test_sigterm_in_the_second_epoch_after_an_evaluation(self) -> None:
        whole, job = self.job().succeed(), self.job()
        self.assertEqual(self.end_when(job, self.reached(job, 9, 'evalLoss'), signal.SIGTERM), INTERRUPTED)
        self.assertIn('its checkpoint is kept', job.failure()['message'])
        job.succeed()
        self.assertIn('training on from step', phases(job)[-2])
        self.assert_same_outputs(job, whole)

    def test_sigkill_at_any_moment(self) -> None:
        whole = self.job().succeed()
        moments: dict[str, Callable[[JobFolder], int]] = {
            'during the imports': lambda job: self.end_when(
                job, lambda: bool(read_events(job, 'phase')), signal.SIGKILL
            ),
            'in the first epoch': lambda job: self.end_when(job, self.reached(job, 5), signal.SIGKILL),
            'in the second epoch, after an evaluation': lambda job: self.end_when(
                job, self.reached(job, 9, 'evalLoss'), signal.SIGKILL
            ),
            'during a save, before its manifest': lambda job: self.ambushed(job, 'write:checkpoint-8'),
            'between writing and renaming a checkpoint': lambda job: self.ambushed(job, 'rename:checkpoint-12'),
        }
        for name, end in moments.items():
            with self.subTest(name):
                job = self.job()
                self.assertEqual(end(job), -signal.SIGKILL, job.log())
                job.succeed()
                self.assert_same_outputs(job, whole)


class ProcessesTest(InterruptionTest):
    # In an order that each process draws for itself: it must be the same one, also after a resume.
    two: dict[str, Any] = {'launch': {'processes': 2}, 'training': {'batchSize': 2, 'groupByLength': True}}

    def test_sigterm_in_the_second_epoch_after_an_evaluation(self) -> None:
        whole, job = self.job(self.two).succeed(), self.job(self.two)
        self.assertEqual(self.end_when(job, self.reached(job, 9, 'evalLoss'), signal.SIGTERM), INTERRUPTED, job.log())
        job.succeed()
        self.assert_same_outputs(job, whole)

    def test_sigkill_at_any_moment(self) -> None:
        job = self.job(self.two)
        process = job.start()
        until(lambda: self.reached(job, 5)() or process.poll() is not None)
        children = subprocess.run(
            ['pgrep', '-P', str(process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        self.assertEqual(len(children), 2)
        os.kill(int(children[1]), signal.SIGKILL)
        self.assertEqual(process.wait(), 1)
        self.assertEqual([pid for pid in children if Path(f'/proc/{pid}').exists()], [])
        self.assertEqual(job.failure()['message'], 'process 1 of 2 was ended by SIGKILL')
        self.assertRegex(job.failure()['hint'], '^run again: it goes on from its checkpoint of step (4|8|12)$')
        self.assert_same_outputs(job.succeed(), self.job(self.two).succeed())


def read_events(job: JobFolder, type: str) -> list[dict[str, Any]]:
    return job.events(type) if (job.root / 'events.jsonl').exists() else []


def until(condition: Callable[[], bool]) -> None:
    """Waits for another process to get somewhere; a training that hangs fails the test run by its time limit."""
    while not condition():
        time.sleep(0.005)


if __name__ == '__main__':
    unittest.main()
