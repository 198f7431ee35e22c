"""Every param against what the pinned TRL and PEFT accept: the real configurations, from each documented combination."""

from __future__ import annotations

import itertools
import json
import os
import unittest
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# First: it puts the stage's own folder on the path.
from rig import SMALL  # isort: skip
import arguments
from temper_trl.testing import merged, write_weights

#: The JSON Schema of the stage's params; the vitest file beside this folder passes it on.
SCHEMA: dict[str, Any] = json.loads(os.environ['TEMPER_TEST_SCHEMA'])

#: Where a number of ours arrives in the SFTConfig. Values that no default has.
NUMBERS: dict[str, tuple[Any, str, Any]] = {
    'training.learningRate': (0.0123, 'learning_rate', 0.0123),
    'training.restarts': (3, 'lr_scheduler_kwargs', {'num_cycles': 4}),
    'training.warmup': (7, 'warmup_steps', 7),
    'training.batchSize': (3, 'per_device_train_batch_size', 3),
    'training.gradientAccumulation': (5, 'gradient_accumulation_steps', 5),
    'training.adam.beta1': (0.7, 'adam_beta1', 0.7),
    'training.adam.beta2': (0.77, 'adam_beta2', 0.77),
    'training.adam.epsilon': (1e-5, 'adam_epsilon', 1e-5),
    'training.weightDecay': (0.03, 'weight_decay', 0.03),
    'training.maxGradNorm': (2.5, 'max_grad_norm', 2.5),
    'training.neftuneNoiseAlpha': (5, 'neftune_noise_alpha', 5),
    'training.seed': (11, 'seed', 11),
    'training.dataSeed': (13, 'data_seed', 13),
    'evaluation.batchSize': (9, 'per_device_eval_batch_size', 9),
    'training.packing': ({'length': 99}, 'max_length', 99),
    'training.duration': ({'steps': 17}, 'max_steps', 17),
}

#: Not the trainer's business: our callbacks do these, or the loading of the model, or LoRA.
ELSEWHERE = ('lora.', 'checkpoints.', 'predictions.', 'launch.', 'evaluation.every', 'evaluation.earlyStopping')


def choices(schema: dict[str, Any], path: str = '') -> Iterator[tuple[str, list[Any]]]:
    """Every param that is one of a few values, with all of them."""
    for name, inner in schema.get('properties', {}).items():
        at = f'{path}{name}'
        if 'enum' in inner:
            yield at, inner['enum']
        elif inner.get('type') == 'boolean':
            yield at, [False, True]
        else:
            yield from choices(inner, f'{at}.')


def numbers(schema: dict[str, Any], path: str = '') -> Iterator[str]:
    """Every other param."""
    for name, inner in schema.get('properties', {}).items():
        at = f'{path}{name}'
        if 'properties' in inner:
            yield from numbers(inner, f'{at}.')
        elif 'enum' not in inner and inner.get('type') != 'boolean':
            yield at


def nested(path: str, value: Any) -> dict[str, Any]:
    first, _, rest = path.partition('.')
    return {first: nested(rest, value) if rest else value}


class ParamsTest(unittest.TestCase):
    def configuration(self, *changes: dict[str, Any]) -> Any:
        params = SMALL
        for change in changes:
            params = merged(params, change)
        with TemporaryDirectory() as folder:
            return arguments.training_arguments(params, output=Path(folder), on_cpu=True)

    def test_every_combination_of_choices_makes_an_sft_configuration(self) -> None:
        known = {path: values for path, values in choices(SCHEMA) if path.startswith('training.')}
        self.assertEqual(
            set(known),
            {
                f'training.{name}'
                for name in (
                    'schedule',
                    'precision',
                    'gradientCheckpointing',
                    'optimizer',
                    'groupByLength',
                    'attention',
                    'quantization',
                )
            },
        )
        self.assertEqual(known['training.schedule'], list(arguments.SCHEDULES))
        self.assertEqual(known['training.optimizer'], list(arguments.OPTIMIZERS))
        self.assertEqual(known['training.attention'], list(arguments.ATTENTION))
        # Attention and quantization go into the model, not into the trainer.
        del known['training.attention'], known['training.quantization']
        for packing in (None, {'length': 64}):
            for values in itertools.product(*known.values()):
                chosen = dict(zip(known, values))
                # A CPU has no fp16, and the trainer's configuration asks the machine.
                if chosen['training.precision'] == 'fp16':
                    continue
                made = self.configuration(
                    {'training': {'packing': packing}}, *(nested(path, value) for path, value in chosen.items())
                )
                self.assertEqual(
                    (made.lr_scheduler_type, made.optim, made.bf16, made.gradient_checkpointing),
                    (
                        arguments.SCHEDULES[chosen['training.schedule']],
                        arguments.OPTIMIZERS[chosen['training.optimizer']],
                        chosen['training.precision'] == 'bf16',
                        chosen['training.gradientCheckpointing'],
                    ),
                )

    def test_every_number_arrives(self) -> None:
        expected = {path for path in numbers(SCHEMA) if not path.startswith(ELSEWHERE)}
        self.assertEqual(expected, set(NUMBERS))
        for path, (value, name, wanted) in NUMBERS.items():
            self.assertNotEqual(getattr(self.configuration(), name), wanted, path)
            self.assertEqual(getattr(self.configuration(nested(path, value)), name), wanted, path)

    def test_every_combination_of_lora_fits_a_model(self) -> None:
        from peft import get_peft_model
        from transformers import AutoModelForCausalLM

        known = {path: values for path, values in choices(SCHEMA) if path.startswith('lora.')}
        self.assertEqual(set(known), {'lora.rankStabilized', 'lora.dora'})
        with TemporaryDirectory() as folder:
            write_weights(Path(folder))
            for values in itertools.product(
                *known.values(), ('all-linear', ['q_proj'], ['q_proj', 'lm_head']), ([], ['embed_tokens'])
            ):
                *variants, targets, saved = values
                lora = {
                    **SMALL['lora'],
                    **{path.partition('.')[2]: value for path, value in zip(known, variants)},
                    'targets': targets,
                    'modulesToSave': saved,
                }
                model = AutoModelForCausalLM.from_pretrained(folder)
                made = arguments.lora_arguments(lora, model)
                self.assertEqual((made.r, made.lora_alpha, made.lora_dropout), (4, 16, 0.1))
                trained = [name for name, p in get_peft_model(model, made).named_parameters() if p.requires_grad]
                self.assertEqual(any('magnitude' in name for name in trained), lora['dora'], lora)
                self.assertEqual(any('embed_tokens' in name for name in trained), bool(saved), lora)
                self.assertEqual(any('lm_head' in name for name in trained), 'lm_head' in targets, lora)

    def test_qlora_is_nf4_with_doubly_quantized_constants_computed_in_the_precision(self) -> None:
        import torch

        self.assertIsNone(arguments.quantization_arguments(SMALL['training']))
        for precision, dtype in (('bf16', torch.bfloat16), ('fp32', torch.float32)):
            made = arguments.quantization_arguments(
                {**SMALL['training'], 'quantization': '4-bit', 'precision': precision}
            )
            self.assertEqual(
                (made.load_in_4bit, made.bnb_4bit_quant_type, made.bnb_4bit_use_double_quant),
                (True, 'nf4', True),
            )
            self.assertEqual(made.bnb_4bit_compute_dtype, dtype)


if __name__ == '__main__':
    unittest.main()
