"""One real kill for every run of the tests; the others, at each moment of a save, take minutes (tests_long)."""

from __future__ import annotations

import signal
import unittest

# First: it puts the stage's own folder on the path.
from ambush import AmbushTest
from rig import phases


class KillTest(AmbushTest):
    def test_killed_between_writing_and_renaming_a_checkpoint_of_the_second_epoch(self) -> None:
        whole, job = self.train(), self.job()
        self.assertEqual(self.ambushed(job, 'rename:checkpoint-12'), -signal.SIGKILL, job.log())
        self.assertTrue((job.root / 'checkpoint' / '.partial' / 'checkpoint-12' / 'checkpoint.json').exists())
        job.succeed()
        self.assertIn('training on from step 8', phases(job))
        self.assert_same_outputs(job, whole)


if __name__ == '__main__':
    unittest.main()
