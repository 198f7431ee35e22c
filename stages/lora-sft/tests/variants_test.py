"""Every variant of LoRA and of the training that runs on a CPU."""

from __future__ import annotations

import itertools
import unittest
from typing import Any

import torch
from rig import TrainingTest, files_of
from temper_trl.testing import merged


class Variants(TrainingTest):
    def test_each_variant_trains_an_adapter_that_loads(self) -> None:
        from peft import PeftModel
        from transformers import AutoModelForCausalLM

        variants: dict[str, dict[str, Any]] = {
            'rsLoRA': {'lora': {'rankStabilized': True}},
            'DoRA': {'lora': {'dora': True}},
            'all linear layers': {'lora': {'targets': 'all-linear'}},
            'a head that is trained in full': {'lora': {'modulesToSave': ['lm_head']}},
            'an adapter on the head': {'lora': {'targets': ['q_proj', 'lm_head']}},
            'NEFTune': {'training': {'neftuneNoiseAlpha': 5}},
            'gradient checkpointing': {'training': {'gradientCheckpointing': True}},
            'length groups': {'training': {'groupByLength': True}},
            'adafactor': {'training': {'optimizer': 'adafactor'}},
            'bf16': {'training': {'precision': 'bf16'}},
            'eager attention': {'training': {'attention': 'eager'}},
        }
        seen = {}
        for name, changes in variants.items():
            with self.subTest(name):
                job = self.train(
                    merged(changes, {'training': {'duration': {'steps': 3}}, 'predictions': {'prompts': []}})
                )
                base = AutoModelForCausalLM.from_pretrained(self.bench.artifacts['weights'])
                PeftModel.from_pretrained(base, job.output('adapter'))
                seen[name] = files_of(job.output('adapter'))['adapter_model.safetensors']
        alike = {'gradient checkpointing', 'eager attention'}
        self.assertEqual(len({digest for name, digest in seen.items() if name not in alike}), len(seen) - len(alike))

    def test_the_order_has_a_seed_of_its_own(self) -> None:
        for by_length in (False, True):
            training = {'duration': {'steps': 2}, 'groupByLength': by_length}
            one = self.train({'training': training})
            other = self.train({'training': {**training, 'dataSeed': 7}})
            self.assertNotEqual(
                [event['metrics']['loss'] for event in one.events('progress') if 'loss' in event['metrics']],
                [event['metrics']['loss'] for event in other.events('progress') if 'loss' in event['metrics']],
            )

    def test_rows_packed_together_are_whole_and_each_teaches_to_stop(self) -> None:
        from checkpoints import Checkpoints
        from run import create_trainer
        from temper_job import Job
        from temper_trl.model import stop_tokens
        from temper_trl.tokens import read_tokens

        rows = read_tokens(self.bench.artifacts['trainTokens'])
        length = 3 * max(len(row.input_ids) for row in rows)
        # A CPU may not train so; what it would be given can be looked at.
        job = Job(self.job({'training': {'packing': {'length': length}}}).root)
        checkpoints = Checkpoints(job.checkpoint_folder, processes=1, resume=False)
        trainer, _ = create_trainer(job, rows, [], torch.device('cpu'), checkpoints)
        self.assertLess(len(trainer.train_dataset), len(rows))
        stops, parts = stop_tokens(self.bench.artifacts['weights']), []
        for packed in trainer.train_dataset:
            self.assertLessEqual(len(packed['input_ids']), length)
            start = 0
            for end in itertools.accumulate(packed['seq_lengths']):
                parts.append((packed['input_ids'][start:end], packed['labels'][start:end]))
                self.assertIn(packed['labels'][end - 1], stops)
                start = end
        self.assertEqual(sorted(parts), sorted((row.input_ids, row.labels) for row in rows))

    def test_accumulation_weighs_tokens_as_one_large_batch_does(self) -> None:
        common = {'lora': {'dropout': 0.0}, 'training': {'duration': {'steps': 7}}}
        losses = {}
        for batch, accumulation in ((4, 1), (2, 2), (1, 4)):
            changes = {'training': {'batchSize': batch, 'gradientAccumulation': accumulation}}
            job = self.train(merged(common, changes), test=False)
            losses[batch] = [event['metrics']['loss'] for event in job.events('progress')]
        for batch in (2, 1):
            for one, other in zip(losses[4], losses[batch], strict=True):
                self.assertAlmostEqual(one, other, places=5)


if __name__ == '__main__':
    unittest.main()
