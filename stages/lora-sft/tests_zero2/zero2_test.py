"""ZeRO-2 and 4-bit weights for real, as far as a CPU goes: two processes over gloo, in the environment that has the libraries."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'tests'))

import rig  # noqa: E402
import zero2  # noqa: E402
from ambush import AmbushTest  # noqa: E402
from rig import files_of, phases  # noqa: E402
from temper_job import read_json  # noqa: E402
from temper_trl.testing import merged  # noqa: E402

TWO: dict[str, Any] = {'launch': {'processes': 2, 'strategy': 'zero2'}, 'training': {'batchSize': 2}}


class ConfigurationTest(unittest.TestCase):
    def test_deepspeed_and_the_trainer_accept_the_file_for_every_precision_and_accumulation(self) -> None:
        from tempfile import TemporaryDirectory

        from deepspeed.runtime.config import DeepSpeedConfig

        for precision in ('bf16', 'fp16', 'fp32'):
            for accumulation in (1, 3):
                params = merged(
                    rig.SMALL, merged(TWO, {'training': {'precision': precision, 'gradientAccumulation': accumulation}})
                )
                with TemporaryDirectory() as folder:
                    path = zero2.write_configuration(params, Path(folder) / 'deepspeed.json')
                    content = read_json(path)
                self.assertEqual(content['train_batch_size'], 2 * accumulation * 2)
                # The sizes are those of two processes, and here is one: said to it, they must fit together.
                read = DeepSpeedConfig({**content, 'train_batch_size': 2 * accumulation})
                self.assertEqual((read.zero_optimization_stage, read.gradient_accumulation_steps), (2, accumulation))
                self.assertEqual(read.gradient_clipping, rig.SMALL['training']['maxGradNorm'])


class Zero2Test(AmbushTest):
    def test_a_killed_training_of_two_processes_ends_with_the_same_adapter(self) -> None:
        whole, job = self.job(TWO).succeed(), self.job(TWO)
        self.assertNotEqual(self.ambushed(job, 'rename:checkpoint-12'), 0)
        job.succeed()
        self.assertIn('training on from step 8', phases(job))
        self.assert_same_outputs(job, whole)
        state = files_of(whole.output('trainingState'))
        self.assertEqual(sum('optim_states' in name for name in state), 2)

    def test_two_processes_share_the_work_as_ddp_does(self) -> None:
        shared = self.job(TWO).succeed()
        plain = self.job(merged(TWO, {'launch': {'strategy': 'ddp'}})).succeed()
        losses = [
            [entry['loss'] for entry in read_json(job.output('checkpoints') / 'checkpoints.json')['log'] if 'loss' in entry]
            for job in (shared, plain)
        ]
        self.assertEqual(len(losses[0]), 14)
        for one, other in zip(*losses):
            self.assertAlmostEqual(one, other, places=3)


if __name__ == '__main__':
    unittest.main()
