"""Real kills for every run of the tests; the others, at each moment of a save, take minutes (tests_long)."""

from __future__ import annotations

import signal
import unittest
from unittest.mock import patch

# First: it puts the stage's own folder on the path.
from ambush import AmbushTest
from rig import phases
import processes
from temper_job import Job, JobError, write_json
from temper_trl.testing import JobFolder

#: In place of a training: the process of rank 1 is killed, and the other one waits for it.
KILLED = """
import os, signal, time
os.kill(os.getpid(), signal.SIGKILL) if os.environ['RANK'] == '1' else time.sleep(600)
"""


class KillTest(AmbushTest):
    def test_killed_between_writing_and_renaming_a_checkpoint_of_the_second_epoch(self) -> None:
        whole, job = self.train(), self.job()
        self.assertEqual(self.ambushed(job, 'rename:checkpoint-12'), -signal.SIGKILL, job.log())
        self.assertTrue((job.root / 'checkpoint' / '.partial' / 'checkpoint-12' / 'checkpoint.json').exists())
        job.succeed()
        self.assertIn('training on from step 8', phases(job))
        self.assert_same_outputs(job, whole)

    def test_one_of_several_processes_that_is_killed_is_named_with_the_checkpoint_that_the_next_run_goes_on_from(
        self,
    ) -> None:
        job = self.job()
        self.assertEqual(self.one_killed(job), ('process 1 of 2 was ended by SIGKILL', None))
        for step in (4, 8):
            folder = job.root / 'checkpoint' / f'step-{step:06d}'
            folder.mkdir(parents=True)
            about = {'step': step, 'epoch': 1.0, 'trainLoss': None, 'evalLoss': None, 'stoppedEarly': False}
            write_json(folder / 'checkpoint.json', {'v': 1, **about, 'files': []})
        self.assertEqual(
            self.one_killed(job),
            ('process 1 of 2 was ended by SIGKILL', 'run again: it goes on from its checkpoint of step 8'),
        )

    def one_killed(self, job: JobFolder) -> tuple[str, str | None]:
        """Message and hint of a training by two processes, of which one is killed."""
        asked = signal.getsignal(signal.SIGTERM)
        self.addCleanup(signal.signal, signal.SIGTERM, asked)
        with patch('sys.argv', ['-c', KILLED]), self.assertRaises(JobError) as caught:
            processes.start(Job(job.root), 2)
        return caught.exception.message, caught.exception.hint


if __name__ == '__main__':
    unittest.main()
