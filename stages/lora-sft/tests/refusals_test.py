"""What cannot work, and what a person reads then."""

from __future__ import annotations

import shutil
import unittest
from typing import Any
from unittest.mock import patch

import torch
from rig import TrainingTest
from safetensors.torch import load_file, save_file
from temper_job import JobError, read_json, write_json
from temper_trl.testing import digest_of, mark_tokenizer, merged, shift_ids
from temper_trl.tokens import read_tokens


class Refusals(TrainingTest):
    def test_contradictions_and_what_a_cpu_lacks(self) -> None:
        for changes, words in (
            ({'training': {'precision': 'fp16'}}, 'fp16 trains on a GPU only'),
            ({'training': {'packing': {'length': 128}}}, 'the rows packed together see each other'),
            ({'training': {'attention': 'flash-attention-2'}}, 'FlashAttention a CPU does not have'),
            ({'training': {'quantization': '4-bit'}}, '4-bit weights need a GPU'),
            ({'training': {'optimizer': 'adamw-8bit'}}, 'need bitsandbytes'),
            ({'launch': {'strategy': 'zero2'}}, 'ZeRO-2 needs DeepSpeed'),
        ):
            self.refused(self.job(changes), 'user-error', words)
        for changes, words in (
            ({'checkpoints': {'select': 'best'}}, "checkpoints.select: 'best' needs"),
            ({'evaluation': {'earlyStopping': {'patience': 1, 'threshold': 0}}}, 'evaluation.earlyStopping needs'),
        ):
            self.refused(self.job(changes, test=False), 'user-error', words)

    def test_fp16_for_glm(self) -> None:
        from temper_trl.model import choose_precision

        with self.assertRaisesRegex(JobError, 'fp16 overflows in glm models: the loss becomes 0'):
            choose_precision('fp16', self.bench.artifacts['weights'])

    def test_an_unknown_module_is_answered_with_the_nearest(self) -> None:
        error = self.refused(self.job({'lora': {'targets': ['q_porj']}}), 'user-error', "`lora.targets` names 'q_porj'")
        self.assertIn("did you mean 'q_proj'?", error.hint or '')

    def test_a_module_that_takes_no_matrices_or_is_named_twice(self) -> None:
        for lora, words, hint in (
            (
                {'targets': ['self_attn']},
                "`lora.targets` names 'self_attn', which is a GlmAttention: LoRA adapts linear layers and embeddings",
                'name what lies in it: k_proj, o_proj, q_proj, v_proj',
            ),
            (
                {'targets': ['q_proj', 'norm']},
                "`lora.targets` names 'norm', which is a GlmRMSNorm",
                'name it in `lora.modulesToSave`, which trains it in full',
            ),
            (
                {'targets': ['q_proj', 'k_proj'], 'modulesToSave': ['q_proj']},
                "`lora.modulesToSave` names 'q_proj', and `lora.targets` adapts 'q_proj' in it",
                'name it in one of the two',
            ),
            (
                {'targets': 'all-linear', 'modulesToSave': ['layers']},
                "`lora.modulesToSave` names 'layers', and `lora.targets` adapts 'down_proj' in it",
                'name it in one of the two',
            ),
        ):
            error = self.refused(self.job({'lora': lora}), 'user-error', words)
            self.assertIn(hint, error.hint or '')

    def test_a_training_that_is_shorter_than_its_warm_up_says_so(self) -> None:
        changes = {'training': {'duration': {'steps': 2}, 'schedule': 'linear'}, 'predictions': {'prompts': []}}
        job = self.train(merged(changes, {'training': {'warmup': 10}}))
        self.assertEqual(
            [event['message'] for event in job.events('warning')],
            ['the warm-up takes 10 steps and the training has 2: the learning rate never reaches 0.005'],
        )
        self.assertEqual(self.train(merged(changes, {'training': {'warmup': 1}})).events('warning'), [])

    def test_rows_without_anything_to_learn(self) -> None:
        from temper_trl.testing import PAIRS, write_tokens
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(self.bench.artifacts['tokenizer'])
        write_tokens(
            self.bench.folder / 'masked', self.bench.folder / 'masked-split', tokenizer, PAIRS[:3], learned=False
        )
        self.refused(
            self.job(train=self.bench.folder / 'masked'), 'bad-input', '3 rows, and every label of each is masked'
        )
        write_tokens(self.bench.folder / 'none', self.bench.folder / 'none-split', tokenizer, [])
        self.refused(self.job(train=self.bench.folder / 'none'), 'bad-input', 'holds no token to learn: 0 rows')

    def test_tokens_of_another_tokenizer_or_of_a_larger_vocabulary(self) -> None:
        tokens, folder = self.bench.artifacts['trainTokens'], self.bench.folder
        mark_tokenizer(tokens, folder / 'foreign', 'f' * 64)
        error = self.refused(
            self.job(train=folder / 'foreign'),
            'bad-input',
            'the tokens of train were made by the tokenizer ffffffffffff, but are used with ',
        )
        self.assertEqual(error.hint, 'pass the tokenizer that `tokenize` was given')
        mark_tokenizer(tokens, folder / 'own', digest_of(self.bench.artifacts['tokenizer']))
        self.train({'training': {'duration': {'steps': 2}}, 'predictions': {'prompts': []}}, train=folder / 'own')
        shift_ids(tokens, folder / 'larger', 272)
        self.refused(self.job(train=folder / 'larger'), 'bad-input', ', but the weights know 272 tokens')

    def test_answers_that_end_where_generation_does_not_stop_are_told(self) -> None:
        self.assertEqual([e for e in self.train().events('warning') if e['code'] == 'never-stops'], [])
        weights = self.bench.folder / 'old-end'
        shutil.copytree(self.bench.artifacts['weights'], weights)
        write_json(weights / 'generation_config.json', {'eos_token_id': 1})
        warning = self.train(weights=weights).events('warning')[0]
        self.assertEqual(warning['code'], 'never-stops')
        self.assertRegex(warning['message'], r'^28 of 28 rows teach to end with token \d+, .* is \[1\]\): add it')

    def test_a_loss_that_is_lost_stops_the_training_and_keeps_what_was_saved(self) -> None:
        changes = {
            'training': {'learningRate': 1e30, 'schedule': 'constant-with-warmup', 'warmup': 1, 'maxGradNorm': 1e30}
        }
        job = self.job(merged(changes, {'checkpoints': {'every': 1}, 'evaluation': {'every': 'never'}}))
        error = self.refused(job, 'user-error', 'so the training was stopped; the checkpoints before it are kept')
        self.assertRegex(error.message, r'became (nan|inf) at step \d+')
        self.assertTrue((job.root / 'checkpoint' / 'step-000001' / 'checkpoint.json').exists())

    def test_an_adapter_that_changed_nothing(self) -> None:
        # One step at the beginning of a warm-up has a learning rate of 0.
        changes = {'training': {'duration': {'steps': 1}, 'schedule': 'constant-with-warmup', 'warmup': 10}}
        self.refused(self.job(changes), 'user-error', 'the adapter changes nothing: every lora_B is zero')

    def test_weights_that_lack_a_tensor_or_have_another_shape(self) -> None:
        broken = self.bench.folder / 'broken'
        shutil.copytree(self.bench.artifacts['weights'], broken, dirs_exist_ok=True)
        tensors = load_file(broken / 'model.safetensors')
        name = 'model.layers.1.mlp.down_proj.weight'
        for change, words in (
            (
                {key: value for key, value in tensors.items() if key != name},
                f'config.json asks for {name}, which the weights lack',
            ),
            (
                {**tensors, 'one.weight': tensors[name].clone(), 'two.weight': tensors[name].clone()},
                'the weights hold 2 tensors, beginning with one.weight, which config.json knows nothing of',
            ),
            (
                {**tensors, name: tensors[name][:, :-1].contiguous()},
                f'{name} is (32, 47) in the weights, but config.json makes it (32, 48)',
            ),
        ):
            save_file(change, broken / 'model.safetensors', {'format': 'pt'})
            self.refused(self.job(weights=broken), 'bad-input', words)

    def test_weights_with_a_shard_missing_or_of_another_type(self) -> None:
        from temper_trl.testing import write_weights

        sharded = self.bench.folder / 'sharded'
        write_weights(sharded, shard_size='20KB')
        shard = sorted(sharded.glob('*.safetensors'))[1]
        shard.unlink()
        self.refused(self.job(weights=sharded), 'bad-input', f'the index names {shard.name}, but the weights do not')
        whole = self.bench.folder / 'whole-numbers'
        shutil.copytree(self.bench.artifacts['weights'], whole)
        tensors = load_file(whole / 'model.safetensors')
        name = 'model.layers.1.mlp.down_proj.weight'
        save_file({**tensors, name: tensors[name].to(torch.int8)}, whole / 'model.safetensors', {'format': 'pt'})
        self.refused(self.job(weights=whole), 'bad-input', f'{name} is of type I8')

    def test_weights_that_do_not_go_with_their_configuration_or_hold_no_numbers(self) -> None:
        from transformers import AutoModelForCausalLM

        odd = self.bench.folder / 'odd'
        shutil.copytree(self.bench.artifacts['weights'], odd)
        config = read_json(odd / 'config.json')
        write_json(odd / 'config.json', {**config, 'vocab_size': 16})
        error = self.refused(self.job(weights=odd), 'bad-input', 'the weights do not load: Padding_idx must be within')
        self.assertIn('take both from one source', error.hint or '')
        write_json(odd / 'config.json', config)
        tensors = load_file(odd / 'model.safetensors')
        tensors['model.layers.0.mlp.down_proj.weight'][0, 0] = float('nan')
        save_file(tensors, odd / 'model.safetensors', {'format': 'pt'})
        error = self.refused(self.job(weights=odd), 'user-error', 'the loss became nan at step 1')
        self.assertIn('the weights hold such numbers', error.hint or '')

        def run_out(*_: Any, **__: Any) -> Any:
            raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 1.50 GiB.')

        with patch.object(AutoModelForCausalLM, 'from_pretrained', run_out):
            self.refused(self.job(), 'gpu-out-of-memory', 'the GPU ran out of memory while the weights were loaded')

    def test_gpu_memory_that_runs_out_is_answered_with_the_param_that_helps(self) -> None:
        from trainer import LoraTrainer

        training_step, steps = LoraTrainer.training_step, []

        def run_out(self: Any, *given: Any, **named: Any) -> Any:
            steps.append(1)
            if len(steps) == 3:
                raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 1.50 GiB.')
            return training_step(self, *given, **named)

        LoraTrainer.training_step = run_out
        self.addCleanup(setattr, LoraTrainer, 'training_step', training_step)
        for changes, hint in (
            ({'gradientCheckpointing': False}, 'set `training.gradientCheckpointing: true`'),
            (
                {'gradientCheckpointing': True, 'batchSize': 4},
                'set `training.batchSize: 2` and `training.gradientAccumulation: 2`, which trains the same',
            ),
            ({'gradientCheckpointing': True, 'batchSize': 1}, "or set `training.quantization: '4-bit'`"),
        ):
            steps.clear()
            job = self.job({'training': changes, 'checkpoints': {'every': 1}, 'evaluation': {'every': 'never'}})
            error = self.refused(job, 'gpu-out-of-memory', 'the GPU ran out of memory at step 3 (peak ')
            self.assertIn(hint, error.hint or '')
            self.assertTrue((job.root / 'checkpoint' / 'step-000002' / 'checkpoint.json').exists())

    def test_gpu_memory_that_runs_out_beside_the_steps_is_answered_with_another_param(self) -> None:
        import callbacks
        import trainer
        from temper_trl import model

        def run_out(*_: Any, **__: Any) -> Any:
            raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 1.50 GiB.')

        def refused(place: Any, name: str, changes: dict[str, Any], words: str, hint: str) -> Any:
            with patch.object(place, name, run_out):
                job = self.job(changes)
                error = self.refused(job, 'gpu-out-of-memory', f'the GPU ran out of memory {words} (peak ')
            self.assertIn(hint, error.hint or '')
            return job

        early = {'evaluation': {'every': 3}, 'checkpoints': {'every': 2}}
        job = refused(
            trainer, 'score_rows', early, 'in the evaluation after step 3', 'set `evaluation.batchSize: 2`, which'
        )
        self.assertTrue((job.root / 'checkpoint' / 'step-000002' / 'checkpoint.json').exists())
        alone = {'evaluation': {'every': 3, 'batchSize': 1}}
        refused(trainer, 'score_rows', alone, 'in the evaluation after step 3', 'measure with `evaluate` afterwards')
        refused(
            callbacks, 'answer_prompts', early, 'in the predictions after step 2', 'lower `predictions.maxNewTokens`'
        )
        refused(model, 'load_model', {}, 'while the weights were loaded', "set `training.quantization: '4-bit'`")

    def test_rows_that_packing_would_cut(self) -> None:
        from rows import refuse_cut_rows

        rows = read_tokens(self.bench.artifacts['trainTokens'])
        longest = max(len(row.input_ids) for row in rows)
        refuse_cut_rows(rows, longest)
        with self.assertRaisesRegex(JobError, f'would cut off the end of .* of 28 rows; the longest has {longest}'):
            refuse_cut_rows(rows, longest - 1)

    def test_a_loss_of_nothing_stops_the_training_and_keeps_what_was_saved(self) -> None:
        from trainer import LoraTrainer

        compute_loss, calls = LoraTrainer.compute_loss, []

        def nothing(self: Any, *given: Any, **named: Any) -> Any:
            calls.append(1)
            loss = compute_loss(self, *given, **named)
            return loss * 0 if len(calls) == 3 else loss

        LoraTrainer.compute_loss = nothing
        self.addCleanup(setattr, LoraTrainer, 'compute_loss', compute_loss)
        job = self.job({'checkpoints': {'every': 1}, 'evaluation': {'every': 'never'}})
        self.refused(job, 'user-error', 'the loss became 0.0 at step 3, so the training was stopped')
        self.assertEqual(
            sorted(path.name for path in (job.root / 'checkpoint').glob('step-*')), ['step-000001', 'step-000002']
        )

    def test_an_adapter_that_is_not_finite(self) -> None:
        from temper_trl.adapter import check_adapter
        from temper_trl.testing import write_adapter

        adapter = write_adapter(self.bench.folder / 'broken-adapter', self.bench.artifacts['weights'])
        tensors = load_file(adapter / 'adapter_model.safetensors')
        name = sorted(tensors)[0]
        tensors[name][0, 0] = float('inf')
        save_file(tensors, adapter / 'adapter_model.safetensors')
        with self.assertRaisesRegex(JobError, f'not finite, the first in {name}'):
            check_adapter(adapter)


if __name__ == '__main__':
    unittest.main()
