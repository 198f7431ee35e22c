"""What a training leaves and reports."""

from __future__ import annotations

import json
import unittest

from rig import TrainingTest, files_of
from temper_job import read_json, read_rows
from temper_trl.testing import digest_of


class Results(TrainingTest):
    def test_checkpoints_come_with_scores_and_answers(self) -> None:
        job = self.train()
        listed = read_json(job.output('checkpoints') / 'checkpoints.json')
        self.assertEqual([entry['step'] for entry in listed['checkpoints']], [4, 8, 12, 14])
        self.assertEqual([entry['evalLoss'] is None for entry in listed['checkpoints']], [True, True, False, False])
        for entry in listed['checkpoints']:
            folder = job.output('checkpoints') / entry['folder']
            self.assertEqual(
                sorted(p.name for p in folder.iterdir()),
                ['adapter_config.json', 'adapter_model.safetensors', 'predictions.jsonl'],
            )
            self.assertEqual([row['prompt'] for row in read_rows(folder / 'predictions.jsonl')], ['2加3等于几？'])
        self.assertEqual(len([entry for entry in listed['log'] if 'loss' in entry]), 14)
        self.assertEqual([entry['step'] for entry in listed['log'] if 'evalLoss' in entry], [3, 6, 9, 12, 14])
        texts = job.events('text')
        self.assertEqual(
            [(event['step'], event['caption']) for event in texts], [(step, '2加3等于几？') for step in (4, 8, 12, 14)]
        )

    def test_every_step_reports_its_numbers(self) -> None:
        steps = [event for event in self.train().events('progress') if 'loss' in event['metrics']]
        self.assertEqual([event['step'] for event in steps], list(range(1, 15)))
        self.assertEqual({event['of'] for event in steps}, {14})
        expected = {'loss', 'gradNorm', 'learningRate', 'epoch', 'tokens', 'tokensPerSecond'}
        self.assertEqual(set(steps[0]['metrics']), expected)
        self.assertEqual(steps[-1]['metrics']['epoch'], 2)

    def test_the_best_checkpoint_can_be_the_adapter(self) -> None:
        job = self.train(
            {
                'training': {'learningRate': 1.0, 'duration': {'epochs': 3}},
                'evaluation': {'every': 2},
                'checkpoints': {'every': 2, 'select': 'best'},
            }
        )
        scores = {
            entry['folder']: entry['evalLoss']
            for entry in read_json(job.output('checkpoints') / 'checkpoints.json')['checkpoints']
        }
        best = min(scores, key=scores.__getitem__)
        self.assertNotEqual(
            best, max(scores), 'the training went so well that the last one is the best: this shows nothing'
        )
        self.assertEqual(
            files_of(job.output('adapter'))['adapter_model.safetensors'],
            files_of(job.output('checkpoints') / best)['adapter_model.safetensors'],
        )

    def test_the_configuration_names_the_base_by_digest_and_no_place(self) -> None:
        job = self.train({'lora': {'targets': 'all-linear'}, 'training': {'duration': {'steps': 1}}})
        text = (job.output('adapter') / 'adapter_config.json').read_text(encoding='utf-8')
        config = json.loads(text)
        self.assertEqual(config['temper'], {'base': {'digest': digest_of(self.bench.artifacts['weights'])}})
        self.assertEqual(
            config['target_modules'], ['down_proj', 'gate_up_proj', 'k_proj', 'o_proj', 'q_proj', 'v_proj']
        )
        self.assertIsNone(config['base_model_name_or_path'])
        self.assertNotIn(str(self.bench.folder), text)

    def test_files_have_the_usual_mode(self) -> None:
        job = self.train({'training': {'duration': {'steps': 1}}})
        self.assertEqual({path.stat().st_mode & 0o777 for path in job.output('adapter').iterdir()}, {0o644})


if __name__ == '__main__':
    unittest.main()
