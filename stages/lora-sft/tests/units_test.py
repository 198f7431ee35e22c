"""Cadence, early stopping, arguments: what needs no training."""

from __future__ import annotations

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import arguments
import rig
from cadence import Cadence, is_stalled
from temper_trl.testing import merged


class CadenceTest(unittest.TestCase):
    def due(self, every: float | str, of: int) -> list[int]:
        return [step for step in range(1, of + 1) if Cadence(every).due(step, of)]

    def test_whole_numbers_are_steps(self) -> None:
        self.assertEqual(self.due(3, 10), [3, 6, 9])
        self.assertEqual(self.due(1, 3), [1, 2, 3])

    def test_numbers_below_one_are_fractions_of_the_training_rounded_up(self) -> None:
        self.assertEqual(self.due(0.1, 40), list(range(4, 41, 4)))
        self.assertEqual(self.due(0.3, 10), [3, 6, 9])
        self.assertEqual(self.due(0.1, 4), [1, 2, 3, 4])

    def test_never_is_never(self) -> None:
        self.assertEqual(self.due('never', 10), [])


class EarlyStoppingTest(unittest.TestCase):
    def test_it_waits_for_as_many_evaluations_without_gain_as_it_has_patience(self) -> None:
        losses = [3.0, 2.0, 2.1, 1.9, 1.95, 2.0]
        stalled = [is_stalled(losses[:count], patience=2, threshold=0.0) for count in range(1, 7)]
        self.assertEqual(stalled, [False, False, False, False, False, True])

    def test_a_gain_below_the_threshold_is_none(self) -> None:
        self.assertTrue(is_stalled([2.0, 1.99, 1.98], patience=2, threshold=0.05))
        self.assertFalse(is_stalled([2.0, 1.99, 1.94], patience=2, threshold=0.05))


class ArgumentsTest(unittest.TestCase):
    def arguments(self, changes: dict) -> object:
        with TemporaryDirectory() as folder:
            return arguments.training_arguments(merged(rig.SMALL, changes), output=Path(folder), on_cpu=True)

    def test_packing_cuts_rows_at_its_length_and_nothing_else_cuts(self) -> None:
        self.assertEqual(self.arguments({'training': {'packing': {'length': 99}}}).max_length, 99)
        self.assertIsNone(self.arguments({}).max_length)

    def test_a_head_that_is_adapted_or_trained_gets_the_loss_that_goes_through_it(self) -> None:
        for lora, loss in (
            ({'targets': ['lm_head']}, 'nll'),
            ({'modulesToSave': ['lm_head']}, 'nll'),
            ({}, 'chunked_nll'),
        ):
            self.assertEqual(self.arguments({'lora': lora}).loss_type, loss)


if __name__ == '__main__':
    unittest.main()
