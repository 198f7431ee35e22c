"""What counts as a valid call and as an exact one."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import calls  # noqa: E402

WANTED = {'name': 'set_alarm', 'arguments': {'hour': 7, 'label': 'run'}}
REFERENCE = json.dumps(WANTED)
LISTED = {'messages': [{'role': 'system', 'content': 'Tools:\nset_alarm(hour: integer): Set an alarm\nset_alarms()'}]}


def scored(answer: object, row: dict = LISTED, reference: str = REFERENCE) -> dict[str, float]:
    return calls.call_scores(answer if isinstance(answer, str) else json.dumps(answer), reference, row)


class CallScoresTest(unittest.TestCase):
    def test_the_wanted_call_is_valid_and_exact_however_it_is_spelt(self) -> None:
        both = {'validCalls': 1.0, 'exactCalls': 1.0}
        self.assertEqual(scored(WANTED), both)
        self.assertEqual(scored('\n{"arguments":{"label":"run","hour":7.0},"name":"set_alarm"} '), both)
        self.assertEqual(scored('set_alarm\n{"hour": 7, "label": "run"}'), both)

    def test_another_argument_leaves_it_valid(self) -> None:
        for arguments in ({'hour': 8, 'label': 'run'}, {'hour': 7}, {}):
            self.assertEqual(
                scored({'name': 'set_alarm', 'arguments': arguments}), {'validCalls': 1.0, 'exactCalls': 0.0}
            )

    def test_what_is_no_call_is_not_valid(self) -> None:
        for answer in (
            'I will set an alarm.',
            f'Sure! {REFERENCE}',
            REFERENCE[:-1],
            [WANTED],
            {'name': 'set_alarm'},
            {'name': 'set_alarm', 'arguments': 'hour'},
            {'name': 7, 'arguments': {}},
            {**WANTED, 'why': 'because'},
        ):
            self.assertEqual(scored(answer), {'validCalls': 0.0, 'exactCalls': 0.0}, msg=str(answer))

    def test_a_function_that_the_row_does_not_offer_is_not_valid(self) -> None:
        invented = {'name': 'alarm', 'arguments': {}}
        self.assertEqual(scored(invented)['validCalls'], 0.0)
        self.assertEqual(scored({'name': 'set_alarms', 'arguments': {}})['validCalls'], 1.0)
        tools = {'messages': [], 'tools': [{'type': 'function', 'function': {'name': 'alarm'}}]}
        self.assertEqual(scored(invented, tools)['validCalls'], 1.0)
        self.assertEqual(scored(WANTED, tools)['validCalls'], 0.0)

    def test_a_reference_that_is_no_call_decides_nothing(self) -> None:
        self.assertEqual(scored(WANTED, reference='Done.'), {})
        self.assertEqual(scored(WANTED, reference='{"status": "ok"}'), {})


if __name__ == '__main__':
    unittest.main()
