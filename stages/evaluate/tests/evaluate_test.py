"""Evaluations of a small model, recomputed row by row with nothing but Transformers and PEFT."""

from __future__ import annotations

import math
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import run  # noqa: E402
import torch  # noqa: E402
from peft import PeftModel  # noqa: E402
from temper_job import Job, JobError, read_json, read_rows, write_json, write_rows  # noqa: E402
from temper_trl.device import prepare_libraries  # noqa: E402
from temper_trl.testing import PAIRS, Bench, mark_tokenizer, shift_ids, write_adapter, write_tokens  # noqa: E402
from temper_trl.tokens import read_tokens  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

PARAMS = {
    'batchSize': 4,
    'precision': 'stored',
    'generate': {'rows': 5, 'prompts': ['9加9等于几？'], 'maxNewTokens': 8},
    'intervals': {'resamples': 100, 'seed': 42},
}
STOPS = {256, 263, 265}


class EvaluateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        prepare_libraries(torch.device('cpu'))
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.bench = Bench(Path(holder.name))
        cls.artifacts = cls.bench.artifacts
        cls.adapter = write_adapter(Path(holder.name) / 'adapter', cls.artifacts['weights'])
        cls.jobs = 0

    def evaluate(self, changes: dict[str, Any] | None = None, **inputs: Path) -> Path:
        type(self).jobs += 1
        given = {
            'weights': self.artifacts['weights'],
            'tokenizer': self.artifacts['tokenizer'],
            'test': self.artifacts['test'],
            'tokens': self.artifacts['testTokens'],
            **inputs,
        }
        job = self.bench.job(f'evaluate-{self.jobs}', 'evaluate', {**PARAMS, **(changes or {})}, given, ['evaluation'])
        run.main(Job(job.root))
        return job.output('evaluation')

    def metrics(self, output: Path) -> dict[str, Any]:
        return read_json(output / 'evaluation.json')['metrics']

    def model(self) -> Any:
        base = AutoModelForCausalLM.from_pretrained(self.artifacts['weights'])
        return PeftModel.from_pretrained(base, self.adapter).eval()

    def test_loss_and_accuracy_are_those_of_the_labelled_tokens_one_row_at_a_time(self) -> None:
        nll, correct, count, model = 0.0, 0, 0, self.model()
        for row in read_tokens(self.artifacts['testTokens']):
            with torch.no_grad():
                logits = model(torch.tensor([row.input_ids])).logits[0]
            for position in range(1, len(row.labels)):
                if row.labels[position] != -100:
                    nll -= math.log(torch.softmax(logits[position - 1].double(), dim=-1)[row.labels[position]].item())
                    correct += int(logits[position - 1].argmax() == row.labels[position])
                    count += 1
        metrics = self.metrics(self.evaluate(adapter=self.adapter))
        self.assertAlmostEqual(metrics['loss']['value'], nll / count, places=5)
        self.assertAlmostEqual(
            metrics['perplexity']['value'], math.exp(nll / count), delta=math.exp(nll / count) * 1e-5
        )
        self.assertEqual(metrics['tokenAccuracy']['value'], correct / count)

    def test_no_metric_moves_with_the_batch_size(self) -> None:
        one, three, all = (self.metrics(self.evaluate({'batchSize': size}, adapter=self.adapter)) for size in (1, 3, 8))
        for name, metric in one.items():
            self.assertAlmostEqual(three[name]['value'], metric['value'], places=5, msg=name)
            self.assertAlmostEqual(all[name]['value'], metric['value'], places=5, msg=name)

    def test_answers_are_greedy_and_end_at_any_of_the_stop_tokens(self) -> None:
        tokenizer, model = AutoTokenizer.from_pretrained(self.artifacts['tokenizer']), self.model()
        output = self.evaluate(adapter=self.adapter)
        for row, tokens in zip(read_rows(output / 'generations.jsonl'), read_tokens(self.artifacts['testTokens'])):
            ids = tokens.input_ids[: tokens.labels.index(next(label for label in tokens.labels if label != -100))]
            written: list[int] = []
            while len(written) < 8 and not STOPS & set(written):
                with torch.no_grad():
                    written.append(int(model(torch.tensor([ids + written])).logits[0, -1].argmax()))
            stopped = written[-1] in STOPS
            self.assertEqual(row['stopped'], stopped)
            self.assertEqual(
                row['answer'], tokenizer.decode(written[:-1] if stopped else written, skip_special_tokens=True).strip()
            )

    def test_sampling_settings_of_the_weights_are_not_followed(self) -> None:
        import shutil

        plain = self.evaluate()
        other = self.bench.folder / 'sampling'
        shutil.copytree(self.artifacts['weights'], other)
        settings = read_json(other / 'generation_config.json')
        write_json(
            other / 'generation_config.json',
            {**settings, 'do_sample': True, 'temperature': 2.0, 'repetition_penalty': 9.0},
        )
        self.assertEqual(
            (self.evaluate(weights=other) / 'generations.jsonl').read_bytes(),
            (plain / 'generations.jsonl').read_bytes(),
        )

    def test_rows_carry_question_reference_and_scores_and_prompts_come_last(self) -> None:
        rows = list(read_rows(self.evaluate() / 'generations.jsonl'))
        self.assertEqual([(row['prompt'], row['reference']) for row in rows[:5]], PAIRS[28:33])
        self.assertEqual(set(rows[0]['scores']), {'exactMatch', 'rougeL'})
        self.assertEqual((rows[5]['id'], rows[5]['prompt'], rows[5]['reference']), ('prompt-1', '9加9等于几？', None))

    def test_calls_are_compared_as_data(self) -> None:
        tokenizer = AutoTokenizer.from_pretrained(self.artifacts['tokenizer'])
        write_tokens(
            self.bench.folder / 'calls',
            self.bench.folder / 'calls-split',
            tokenizer,
            [('天气？', 'weather\n{"city": "北京"}')],
        )
        metrics = self.metrics(
            self.evaluate(test=self.bench.folder / 'calls-split', tokens=self.bench.folder / 'calls')
        )
        self.assertEqual((metrics['jsonValid']['value'], metrics['jsonEqual']['value']), (0.0, 0.0))
        self.assertEqual(metrics['jsonEqual']['definition'], 'json-equality')

    def test_rows_of_one_prompt_keep_the_tools_that_each_of_them_offers(self) -> None:
        tokenizer = AutoTokenizer.from_pretrained(self.artifacts['tokenizer'])
        tokens, split = self.bench.folder / 'same-prompt', self.bench.folder / 'same-prompt-split'
        names = ['weather', 'time']
        write_tokens(tokens, split, tokenizer, [('几点？', f'{name}\n{{"city": "北京"}}') for name in names])
        tools = [[{'type': 'function', 'function': {'name': name}}] for name in names]
        write_rows(split / 'rows.jsonl', [{**r, 'tools': t} for r, t in zip(read_rows(split / 'rows.jsonl'), tools)])
        asked: list[Any] = []
        with patch('calls.call_scores', lambda answer, reference, row: asked.append((reference, row['tools'])) or {}):
            self.evaluate(test=split, tokens=tokens)
        self.assertEqual([reference.partition('\n')[0] for reference, _ in asked], names)
        self.assertEqual([offered for _, offered in asked], tools)

    def test_rows_that_lost_their_end_are_scored_but_not_asked(self) -> None:
        import shutil

        cut = self.bench.folder / 'cut'
        shutil.copytree(self.artifacts['testTokens'], cut)
        rows = [{**row, 'truncated': index == 0} for index, row in enumerate(read_rows(cut / 'rows.jsonl'))]
        write_rows(cut / 'rows.jsonl', rows)
        output = self.evaluate(tokens=cut)
        self.assertEqual(read_json(output / 'evaluation.json')['rows'], 8)
        self.assertEqual(next(read_rows(output / 'generations.jsonl'))['prompt'], PAIRS[29][0])

    def test_the_same_evaluation_has_the_same_bytes_and_every_metric_its_definition(self) -> None:
        one, other = self.evaluate(), self.evaluate()
        for name in ('evaluation.json', 'generations.jsonl'):
            self.assertEqual((one / name).read_bytes(), (other / name).read_bytes())
        page = Path(__file__).resolve().parents[3] / 'docs' / 'reference' / 'metrics.md'
        defined = page.read_text(encoding='utf-8')
        for name, metric in self.metrics(one).items():
            self.assertIn(f'\n## {metric["definition"]}\n', defined, name)

    def test_a_merged_model_measures_as_its_adapter_does(self) -> None:
        merged = self.bench.folder / 'merged'
        PeftModel.from_pretrained(
            AutoModelForCausalLM.from_pretrained(self.artifacts['weights']), self.adapter
        ).merge_and_unload().save_pretrained(merged)
        apart, whole = self.metrics(self.evaluate(adapter=self.adapter)), self.metrics(self.evaluate(weights=merged))
        self.assertAlmostEqual(apart['loss']['value'], whole['loss']['value'], places=5)

    def test_an_adapter_of_other_weights_is_refused(self) -> None:
        other = self.bench.folder / 'other'
        from temper_trl.testing import write_weights

        write_weights(other, seed=5)
        with self.assertRaisesRegex(JobError, 'the adapter was trained on the weights'):
            self.evaluate(weights=other, adapter=self.adapter)

    def test_tokens_of_another_tokenizer_or_of_a_larger_vocabulary_are_refused(self) -> None:
        foreign = self.bench.folder / 'foreign'
        mark_tokenizer(self.artifacts['testTokens'], foreign, 'f' * 64)
        with self.assertRaisesRegex(JobError, 'the tokens of tokens were made by the tokenizer ffffffffffff, but are'):
            self.evaluate(tokens=foreign)
        larger = self.bench.folder / 'larger'
        shift_ids(self.artifacts['testTokens'], larger, 272)
        with self.assertRaisesRegex(JobError, r'the rows hold token 5\d\d, but the weights know 272 tokens'):
            self.evaluate(tokens=larger)

    def test_tokens_without_labels_are_refused(self) -> None:
        tokenizer = AutoTokenizer.from_pretrained(self.artifacts['tokenizer'])
        write_tokens(
            self.bench.folder / 'masked', self.bench.folder / 'masked-split', tokenizer, PAIRS[:2], learned=False
        )
        with self.assertRaisesRegex(JobError, 'the test tokens hold no labelled token'):
            self.evaluate(tokens=self.bench.folder / 'masked')


if __name__ == '__main__':
    unittest.main()
