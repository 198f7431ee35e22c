"""Every variant of LoRA and of the training that runs on a CPU."""

from __future__ import annotations

import unittest
from typing import Any

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
        one = self.train({'training': {'duration': {'steps': 2}}})
        other = self.train({'training': {'duration': {'steps': 2}, 'dataSeed': 7}})
        self.assertNotEqual(
            [event['metrics']['loss'] for event in one.events('progress') if 'loss' in event['metrics']],
            [event['metrics']['loss'] for event in other.events('progress') if 'loss' in event['metrics']],
        )


if __name__ == '__main__':
    unittest.main()
