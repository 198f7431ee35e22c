"""The same bytes, however often somebody looked, interrupted, damaged a file, or asked for more."""

from __future__ import annotations

import math
import unittest

import run
from rig import OUTPUTS, TrainingTest, files_of, phases
from temper_job import Job, read_json
from temper_trl.testing import merged


class Repeatability(TrainingTest):
    def test_evaluations_and_predictions_leave_no_trace_in_the_adapter(self) -> None:
        often = self.train({'evaluation': {'every': 1}, 'checkpoints': {'every': 2}})
        never = self.train(
            {'evaluation': {'every': 'never'}, 'checkpoints': {'every': 'never'}, 'predictions': {'prompts': []}},
            test=False,
        )
        self.assert_same_outputs(often, never, ['adapter'])

    def test_an_interrupted_training_ends_with_the_same_outputs(self) -> None:
        whole = self.train()
        for step in (2, 10):
            with self.subTest(f'stopped after step {step}, in epoch {math.ceil(step / 7)}'):
                job = self.job()
                self.stop(job, step)
                self.assertEqual(job.events('checkpoint')[-1]['step'], step)
                run.main(Job(job.root))
                self.assert_same_outputs(job, whole)
                self.assertIn(f'training on from step {step}', phases(job))
                self.assertEqual([event['step'] for event in job.events('resumed')], [step])

    def test_accumulation_and_early_stopping_survive_an_interruption(self) -> None:
        changes = {
            'training': {
                'gradientAccumulation': 2,
                'batchSize': 2,
                'learningRate': 0.5,
                'schedule': 'constant',
                'duration': {'epochs': 4},
            },
            'evaluation': {'every': 2, 'earlyStopping': {'patience': 2, 'threshold': 0.0}},
        }
        whole = self.train(changes)
        steps = [entry['step'] for entry in read_json(whole.output('checkpoints') / 'checkpoints.json')['checkpoints']]
        self.assertLess(steps[-1], 28)
        job = self.job(changes)
        self.stop(job, 3)
        run.main(Job(job.root))
        self.assert_same_outputs(job, whole)

    def test_an_order_by_length_and_noise_survive_an_interruption(self) -> None:
        for changes, stops in (
            ({'groupByLength': True}, (2, 7, 10)),
            ({'groupByLength': True, 'gradientAccumulation': 2}, (6,)),
            ({'neftuneNoiseAlpha': 5}, (10,)),
        ):
            whole = self.train({'training': changes})
            for step in stops:
                with self.subTest(f'{changes} after step {step}'):
                    job = self.job({'training': changes})
                    self.stop(job, step)
                    run.main(Job(job.root))
                    self.assert_same_outputs(job, whole)

    def test_a_finished_training_that_lost_its_outputs_only_writes_them_again(self) -> None:
        job = self.train()
        before = {name: files_of(job.output(name)) for name in OUTPUTS}
        steps = len(job.events('progress'))
        run.main(Job(job.root))
        self.assertEqual({name: files_of(job.output(name)) for name in OUTPUTS}, before)
        self.assertEqual(len(job.events('progress')), steps)

    def test_a_damaged_checkpoint_is_named_and_the_one_before_it_is_used(self) -> None:
        whole, job = self.train(), self.job()
        self.stop(job, 10)
        damaged = job.root / 'checkpoint' / 'step-000010' / 'optimizer.pt'
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        run.main(Job(job.root))
        self.assertEqual(
            job.events('warning')[0]['message'], 'step-000010: optimizer.pt is not the file that was saved'
        )
        self.assertIn('training on from step 8', phases(job))
        self.assert_same_outputs(job, whole)

    def test_a_checkpoint_without_its_optimizer_is_not_resumed_from(self) -> None:
        whole, job = self.train(), self.job()
        self.stop(job, 6)
        for folder in (job.root / 'checkpoint').glob('step-*'):
            (folder / 'scheduler.pt').unlink()
        run.main(Job(job.root))
        self.assertIn('training', phases(job))
        self.assert_same_outputs(job, whole)

    def test_what_a_longer_training_goes_on_from_is_as_good_as_having_been_there(self) -> None:
        changes = {'training': {'schedule': 'constant'}, 'checkpoints': {'every': 7}, 'evaluation': {'every': 7}}
        long = self.train(merged(changes, {'training': {'duration': {'epochs': 3}}}))
        short = self.train(changes)
        job = self.job(merged(changes, {'training': {'duration': {'epochs': 3}}}))
        state = job.root / 'checkpoint' / 'step-000014'
        state.mkdir(parents=True)
        for path in short.output('trainingState').iterdir():
            (state / path.name).write_bytes(path.read_bytes())
        run.main(Job(job.root))
        self.assertIn('training on from step 14', phases(job))
        self.assert_same_outputs(job, long, ['adapter', 'trainingState'])


if __name__ == '__main__':
    unittest.main()
