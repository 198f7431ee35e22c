"""The metrics of texts against known values and against sacrebleu."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import answers  # noqa: E402
import overlap  # noqa: E402
import sacrebleu  # noqa: E402
from intervals import bootstrap  # noqa: E402

PAIRS = [
    ('今天天气很好，我们去公园。', '今天的天气非常好，我们一起去公园吧。'),
    ('The answer is 42.', 'The answer is 42, of course.'),
    ('请使用 Python 3 来写。', '请用 Python 3 写。'),
    ('北京是中国的首都。', '北京是中国的首都。'),
]


class UnitsTest(unittest.TestCase):
    def test_chinese_counts_by_characters_and_other_scripts_by_words(self) -> None:
        self.assertEqual(overlap.units('我用Python 3写，好！'), ['我', '用', 'Python', '3', '写', '，', '好', '！'])
        self.assertEqual(overlap.units(' don’t\n'), ['don', '’', 't'])
        self.assertEqual(overlap.units('𠮷野家'), ['𠮷', '野', '家'])


class BleuTest(unittest.TestCase):
    def counts(self, pairs: list[tuple[str, str]]) -> list[int]:
        return [sum(column) for column in zip(*(overlap.bleu_counts(*pair) for pair in pairs))]

    def test_it_is_that_of_sacrebleu_over_the_same_units(self) -> None:
        for pairs in (PAIRS, PAIRS[:2], PAIRS[2:3], [('很好', '不太好')], [('猫坐在垫子上', '狗在垫子上')]):
            written = [' '.join(overlap.units(answer)) for answer, _ in pairs]
            wanted = [' '.join(overlap.units(reference)) for _, reference in pairs]
            theirs = sacrebleu.corpus_bleu(written, [wanted], tokenize='none', force=True, use_effective_order=False)
            self.assertAlmostEqual(overlap.bleu(self.counts(pairs)), theirs.score / 100, places=9, msg=str(pairs))

    def test_on_chinese_alone_the_units_are_those_of_its_chinese_tokenizer(self) -> None:
        theirs = sacrebleu.corpus_bleu([PAIRS[0][0]], [[PAIRS[0][1]]], tokenize='zh')
        self.assertAlmostEqual(overlap.bleu(self.counts(PAIRS[:1])), theirs.score / 100, places=9)

    def test_it_is_one_for_the_reference_and_zero_for_nothing(self) -> None:
        self.assertAlmostEqual(overlap.bleu(self.counts([PAIRS[3]])), 1.0)
        self.assertEqual(overlap.bleu(self.counts([('', '参考')])), 0.0)


class RougeTest(unittest.TestCase):
    def test_it_is_the_f1_of_the_longest_common_subsequence(self) -> None:
        # 警察杀死枪手 and 警察击毙了枪手 share 警察…枪手: 4 of 6 and 4 of 7 units.
        self.assertAlmostEqual(overlap.rouge_l('警察杀死枪手', '警察击毙了枪手'), 2 * 4 / (6 + 7))
        self.assertAlmostEqual(overlap.rouge_l('police kill the gunman', 'police killed the gunman'), 3 / 4)
        self.assertEqual(overlap.rouge_l('甲乙', '乙甲'), 0.5)

    def test_it_is_one_for_the_reference_and_zero_for_nothing(self) -> None:
        self.assertEqual(overlap.rouge_l('北京。', '北京。'), 1.0)
        self.assertEqual(overlap.rouge_l('', '北京。'), 0.0)


class AnswersTest(unittest.TestCase):
    def test_data_is_equal_whatever_the_order_of_its_keys_and_its_space(self) -> None:
        reference = '{"name": "f", "arguments": {"a": 1, "b": [true, null]}}'
        for answer, equal in (
            ('{"arguments":{"b":[true,null],"a":1.0},"name":"f"}', True),
            ('{"name": "f", "arguments": {"a": 1, "b": [1, null]}}', False),
            ('{"name": "f", "arguments": {"a": "1", "b": [true, null]}}', False),
            ('Sure: {"name": "f"}', False),
        ):
            self.assertEqual(answers.is_equal_structure(answer, reference), equal, answer)

    def test_a_call_in_the_form_of_glm_4_is_data(self) -> None:
        self.assertEqual(
            answers.read_structure('get_weather\n{"city": "北京"}'),
            {'name': 'get_weather', 'arguments': {'city': '北京'}},
        )
        self.assertTrue(answers.is_equal_structure('get_weather\n{ "city":"北京" }', 'get_weather\n{"city": "北京"}'))
        self.assertIsNone(answers.read_structure('get_weather\n{"city": }'))

    def test_numbers_alone_and_nan_are_no_data(self) -> None:
        for text in ('42', '"text"', '{"a": NaN}', ''):
            self.assertIsNone(answers.read_structure(text), text)

    def test_only_data_and_short_lines_are_held_against_an_answer(self) -> None:
        for reference, checkable in (
            ('10', True),
            ('{"a": "%s"}' % ('x' * 99), True),
            ('x' * 25, False),
            ('a\nb', False),
        ):
            self.assertEqual(answers.is_checkable(reference), checkable, reference)


class BootstrapTest(unittest.TestCase):
    def test_rows_that_agree_leave_no_doubt(self) -> None:
        self.assertEqual(bootstrap([(0.5, 1)] * 9, lambda sums: sums[0] / sums[1], resamples=50, seed=1), (0.5, 0.5))

    def test_the_interval_of_a_mean_is_about_two_standard_errors_wide_each_way(self) -> None:
        values = [(float(index % 2), 1) for index in range(400)]
        low, high = bootstrap(values, lambda sums: sums[0] / sums[1], resamples=2000, seed=1)
        self.assertAlmostEqual(low, 0.5 - 1.96 * 0.025, delta=0.005)
        self.assertAlmostEqual(high, 0.5 + 1.96 * 0.025, delta=0.005)

    def test_a_seed_repeats_it(self) -> None:
        values = [(float(index), 1) for index in range(20)]
        self.assertEqual(*(bootstrap(values, lambda sums: sums[0] / sums[1], resamples=99, seed=7) for _ in range(2)))


if __name__ == '__main__':
    unittest.main()
