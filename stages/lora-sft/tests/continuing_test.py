"""Training longer: from a shorter execution of the same step, and from a training that the pipeline names."""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

# First: it puts the stage's own folder on the path.
from rig import TrainingTest, phases, run
from temper_job import Job, read_json
from temper_trl.testing import JobFolder, merged

#: Seven steps an epoch: neither cadence meets the last step of two epochs, or the last of three.
STEADY: dict[str, Any] = {
    'training': {'schedule': 'constant'},
    'checkpoints': {'every': 5},
    'evaluation': {'every': 4},
}
LONGER: dict[str, Any] = merged(STEADY, {'training': {'duration': {'epochs': 3}}})


def earlier(job: JobFolder) -> dict[str, Path]:
    """The outputs of a shorter execution, as the runner names them among the inputs of a longer one."""
    return {f'earlier.{name}': job.output(name) for name in ('adapter', 'checkpoints', 'trainingState')}


class Continuing(TrainingTest):
    def steps(self, job: JobFolder) -> list[int]:
        return [event['step'] for event in job.events('progress') if 'loss' in event['metrics']]

    def test_three_epochs_from_two_are_those_of_a_training_from_the_beginning(self) -> None:
        whole, short = self.train(LONGER), self.train(STEADY)
        job = self.train(LONGER, **earlier(short))
        self.assertEqual(self.steps(job), list(range(15, 22)))
        self.assert_same_outputs(job, whole)

    def test_an_interruption_after_that_goes_on_from_its_own_checkpoint(self) -> None:
        whole, short = self.train(LONGER), self.train(STEADY)
        job = self.job(LONGER, **earlier(short))
        self.stop(job, 18)
        run.main(Job(job.root))
        self.assertIn('training on from step 18', phases(job))
        self.assert_same_outputs(job, whole)

    def test_its_own_checkpoint_that_is_further_on_is_used(self) -> None:
        whole, short = self.train(LONGER), self.train(STEADY)
        job = self.job(LONGER)
        self.stop(job, 16)
        longer = self.job(LONGER, **earlier(short))
        (job.root / 'checkpoint').rename(longer.root / 'checkpoint')
        run.main(Job(longer.root))
        self.assertIn('training on from step 16', phases(longer))
        self.assert_same_outputs(longer, whole)

    def test_warm_up_in_steps_and_steps_for_a_duration_go_on_alike(self) -> None:
        changes = merged(STEADY, {'training': {'schedule': 'constant-with-warmup', 'warmup': 12}})
        shorter = merged(changes, {'training': {'duration': {'steps': 9}}})
        longer = merged(changes, {'training': {'duration': {'steps': 16}}})
        whole, short = self.train(longer), self.train(shorter)
        job = self.train(longer, **earlier(short))
        self.assertEqual(self.steps(job), list(range(10, 17)))
        self.assert_same_outputs(job, whole)


class ContinueFrom(TrainingTest):
    def named(self, changes: dict[str, Any], state: Path) -> JobFolder:
        return self.job(changes, continueFrom=state)

    def test_any_schedule_goes_on_with_the_rate_that_the_new_one_has_at_that_step(self) -> None:
        first = self.train({'training': {'schedule': 'linear', 'learningRate': 5e-3}})
        job = self.named(
            {'training': {'schedule': 'linear', 'learningRate': 1e-3, 'duration': {'epochs': 4}}},
            first.output('trainingState'),
        )
        run.main(Job(job.root))
        rates = {
            event['step']: event['metrics']['learningRate']
            for event in job.events('progress')
            if 'learningRate' in event['metrics']
        }
        self.assertEqual(list(rates), list(range(15, 29)))
        for step, rate in rates.items():
            # The rate of a step is that after the steps before it: 28 steps down from the new rate, not from the old.
            self.assertAlmostEqual(rate, 1e-3 * (28 - (step - 1)) / 28, places=9)
        listed = read_json(job.output('checkpoints') / 'checkpoints.json')
        self.assertEqual([entry['step'] for entry in listed['checkpoints']], [16, 20, 24, 28])

    def test_it_survives_an_interruption(self) -> None:
        first = self.train()
        changes = {'training': {'schedule': 'cosine', 'duration': {'epochs': 4}}}
        whole = self.named(changes, first.output('trainingState'))
        run.main(Job(whole.root))
        job = self.named(changes, first.output('trainingState'))
        self.stop(job, 22)
        run.main(Job(job.root))
        self.assert_same_outputs(job, whole)

    def test_what_does_not_fit_is_refused(self) -> None:
        first = self.train()
        state = first.output('trainingState')
        for changes, words in (
            ({}, '`continueFrom` was trained for 14 steps already, and this training ends after 14'),
            ({'lora': {'r': 8}}, '`continueFrom` was trained with `r` 4, this training has 8'),
            ({'lora': {'targets': ['q_proj']}}, 'with `target_modules` ["k_proj", "q_proj", "v_proj"]'),
            ({'lora': {'rankStabilized': True}}, '`use_rslora`'),
        ):
            self.refused(self.named(changes, state), 'user-error', words)
        other = self.bench.folder / 'other-weights'
        from temper_trl.testing import write_weights

        write_weights(other, seed=3)
        job = self.job({'training': {'duration': {'epochs': 4}}}, weights=other, continueFrom=state)
        self.refused(job, 'bad-input', 'the adapter was trained on the weights')


if __name__ == '__main__':
    unittest.main()
