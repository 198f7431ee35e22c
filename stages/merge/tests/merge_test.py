"""The merge against PEFT's own: same bytes where it streams, same model where it does not."""

from __future__ import annotations

import shutil
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import run  # noqa: E402
import streaming  # noqa: E402
import torch  # noqa: E402
from peft import PeftModel  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from temper_job import Job, JobError, read_json, write_json  # noqa: E402
from temper_trl.device import prepare_libraries  # noqa: E402
from temper_trl.tensor_file import find_tensors  # noqa: E402
from temper_trl.testing import Bench, JobFolder, write_adapter  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402
from updates import scale_of  # noqa: E402

PARAMS = {'verify': {'prompts': ['2加3等于几？', 'hello'], 'tolerance': 0.05}}


class MergeTest(unittest.TestCase):
    def setUp(self) -> None:
        prepare_libraries(torch.device('cpu'))
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.jobs = 0

    def merge(self, bench: Bench, adapter: Path, params: dict[str, Any] = PARAMS) -> Path:
        return self.merge_job(bench, adapter, params).output('model')

    def merge_job(self, bench: Bench, adapter: Path, params: dict[str, Any] = PARAMS) -> JobFolder:
        self.jobs += 1
        inputs = {'weights': bench.artifacts['weights'], 'adapter': adapter, 'tokenizer': bench.artifacts['tokenizer']}
        job = bench.job(f'merge-{self.jobs}', 'merge', params, inputs, ['model'])
        run.main(Job(job.root))
        return job

    def merge_with_peft(self, bench: Bench, adapter: Path, shard_size: str = '1GB') -> Path:
        base = AutoModelForCausalLM.from_pretrained(bench.artifacts['weights'], dtype='auto')
        target = self.folder / 'peft'
        PeftModel.from_pretrained(base, adapter).merge_and_unload().save_pretrained(target, max_shard_size=shard_size)
        return target

    def assert_same_files(self, ours: Path, theirs: Path) -> None:
        names = sorted(path.name for path in theirs.glob('*.safetensors*'))
        self.assertEqual(sorted(path.name for path in ours.glob('*.safetensors*')), names)
        for name in names:
            self.assertEqual((ours / name).read_bytes(), (theirs / name).read_bytes(), name)

    def refused(self, bench: Bench, adapter: Path, words: str, params: dict[str, Any] = PARAMS) -> None:
        with self.assertRaises(JobError) as caught:
            self.merge(bench, adapter, params)
        self.assertIn(words, caught.exception.message)

    def test_an_fp32_model_has_the_bytes_of_peft_and_save_pretrained(self) -> None:
        bench = Bench(self.folder)
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        self.assert_same_files(self.merge(bench, adapter), self.merge_with_peft(bench, adapter))

    def test_a_bf16_model_has_the_bytes_of_peft_and_save_pretrained(self) -> None:
        bench = Bench(self.folder, dtype='bfloat16')
        adapter = write_adapter(
            self.folder / 'adapter', bench.artifacts['weights'], target_modules='all-linear', use_rslora=True
        )
        self.assert_same_files(self.merge(bench, adapter), self.merge_with_peft(bench, adapter))

    def test_shards_and_their_index_stay_as_they_were_cut(self) -> None:
        bench = Bench(self.folder, shard_size='20KB')
        # Transformers cuts a model that it loaded in another order than one that was just made.
        AutoModelForCausalLM.from_pretrained(bench.artifacts['weights']).save_pretrained(
            bench.artifacts['weights'], max_shard_size='20KB'
        )
        adapter = write_adapter(
            self.folder / 'adapter', bench.artifacts['weights'], target_modules=['gate_up_proj', 'o_proj']
        )
        merged = self.merge(bench, adapter)
        self.assertGreater(len(list(merged.glob('*.safetensors'))), 2)
        self.assert_same_files(merged, self.merge_with_peft(bench, adapter, '20KB'))

    def test_tied_weights_stay_tied(self) -> None:
        bench = Bench(self.folder, tied=True)
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        merged = self.merge(bench, adapter)
        self.assertNotIn('lm_head.weight', load_file(merged / 'model.safetensors'))
        self.assert_same_files(merged, self.merge_with_peft(bench, adapter))

    def test_other_ranks_and_scales_for_some_modules_are_followed(self) -> None:
        bench = Bench(self.folder)
        adapter = write_adapter(
            self.folder / 'adapter',
            bench.artifacts['weights'],
            rank_pattern={'q_proj': 2, 'layers.1.self_attn.k_proj': 3},
            alpha_pattern={'v_proj': 5},
        )
        config = read_json(adapter / 'adapter_config.json')
        self.assertEqual(scale_of(config, 'model.layers.0.self_attn.q_proj'), 4.0)
        self.assertEqual(scale_of(config, 'model.layers.0.self_attn.v_proj'), 1.25)
        self.assert_same_files(self.merge(bench, adapter), self.merge_with_peft(bench, adapter))

    def test_what_is_more_than_two_matrices_is_left_to_peft(self) -> None:
        bench = Bench(self.folder)
        for number, lora in enumerate(
            ({'use_dora': True}, {'modules_to_save': ['lm_head']}, {'target_modules': ['embed_tokens', 'q_proj']})
        ):
            with self.subTest(lora):
                adapter = write_adapter(self.folder / f'adapter-{number}', bench.artifacts['weights'], **lora)
                job = self.merge_job(bench, adapter)
                self.assertEqual(job.events('warning')[0]['code'], 'whole-model')
                self.assertEqual(read_json(job.output('model') / 'merge.json')['way'], 'whole-model')
                shutil.rmtree(self.folder / 'peft', ignore_errors=True)
                self.assert_same_files(job.output('model'), self.merge_with_peft(bench, adapter))

    def test_configuration_tokenizer_and_template_are_those_of_the_base(self) -> None:
        bench = Bench(self.folder)
        merged = self.merge(bench, write_adapter(self.folder / 'adapter', bench.artifacts['weights'], use_dora=True))
        for artifact, name in (
            ('weights', 'config.json'),
            ('weights', 'generation_config.json'),
            ('tokenizer', 'chat_template.jinja'),
        ):
            self.assertEqual((merged / name).read_bytes(), (bench.artifacts[artifact] / name).read_bytes(), name)
        modes = {path.name: path.stat().st_mode & 0o777 for path in merged.iterdir()}
        self.assertEqual(set(modes.values()), {0o644}, modes)

    def test_the_report_and_the_card_name_what_went_in_and_how_far_logits_are_apart(self) -> None:
        bench = Bench(self.folder)
        merged = self.merge(bench, write_adapter(self.folder / 'adapter', bench.artifacts['weights']))
        facts = read_json(merged / 'merge.json')
        self.assertEqual((facts['way'], facts['tensors'], facts['logits']['prompts']), ('streaming', 6, 2))
        self.assertLess(facts['logits']['largest'], 1e-4)
        self.assertEqual(facts['logits']['beyondRounding'], 0.0)
        card = (merged / 'README.md').read_text(encoding='utf-8')
        for part in ('base', 'adapter', 'tokenizer'):
            self.assertIn(facts[part], card)

    def test_the_difference_is_that_of_two_whole_models(self) -> None:
        bench = Bench(self.folder, dtype='bfloat16')
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        merged = self.merge(bench, adapter)
        base = AutoModelForCausalLM.from_pretrained(bench.artifacts['weights'], dtype='auto')
        apart = PeftModel.from_pretrained(base, adapter).eval()
        whole = AutoModelForCausalLM.from_pretrained(merged, dtype='auto').eval()
        job = Job(bench.folder / 'jobs' / 'merge-1')
        with torch.no_grad():
            differences = [
                float(
                    (apart(torch.tensor([ids])).logits.float() - whole(torch.tensor([ids])).logits.float()).abs().max()
                )
                for ids in run.prompts_to_compare(job)
            ]
        self.assertAlmostEqual(read_json(merged / 'merge.json')['logits']['largest'], max(differences), places=6)

    def test_an_adapter_of_other_weights_is_refused(self) -> None:
        bench = Bench(self.folder)
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        config = read_json(adapter / 'adapter_config.json')
        config['temper']['base']['digest'] = 'f' * 64
        write_json(adapter / 'adapter_config.json', config)
        self.refused(bench, adapter, 'was trained on the weights ffffffffffff')

    def test_an_adapter_that_is_not_finite_or_changes_nothing_is_refused(self) -> None:
        bench = Bench(self.folder)
        for factor, words in ((float('nan'), 'not finite'), (0.0, 'changes nothing')):
            adapter = write_adapter(self.folder / f'adapter-{factor}', bench.artifacts['weights'])
            tensors = load_file(adapter / 'adapter_model.safetensors')
            changed = {name: tensor * factor if 'lora_B' in name else tensor for name, tensor in tensors.items()}
            save_file(changed, adapter / 'adapter_model.safetensors')
            self.refused(bench, adapter, words)

    def test_a_matrix_without_a_place_or_of_another_shape_is_refused(self) -> None:
        bench = Bench(self.folder)
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        path = adapter / 'adapter_model.safetensors'
        tensors = load_file(path)
        name = 'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight'
        for change, words in (
            (
                {name.replace('layers.0', 'layers.9'): tensors[name].clone()},
                'model.layers.9.self_attn.q_proj, which the weights do not have',
            ),
            (
                {name: tensors[name][:-1].clone()},
                '(31, 32) to model.layers.0.self_attn.q_proj.weight, which is (32, 32)',
            ),
        ):
            save_file({**tensors, **change}, path)
            self.refused(bench, adapter, words)

    def test_a_missing_or_cut_shard_is_refused(self) -> None:
        bench = Bench(self.folder, shard_size='20KB')
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        shard = sorted(bench.artifacts['weights'].glob('*.safetensors'))[1]
        whole = shard.read_bytes()
        for damage, words in (
            (lambda: shard.write_bytes(whole[:-1]), 'may be cut'),
            (shard.unlink, f'the index names {shard.name}'),
        ):
            damage()
            with self.assertRaises(JobError) as caught:
                find_tensors(bench.artifacts['weights'])
            self.assertIn(words, caught.exception.message)
        self.assertTrue(adapter.exists())

    def test_a_merge_that_writes_other_bytes_is_noticed(self) -> None:
        bench = Bench(self.folder)
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        right = streaming.product
        self.addCleanup(setattr, streaming, 'product', right)
        streaming.product = lambda up, down: -20 * right(up, down)
        self.refused(bench, adapter, 'computes something else than base and adapter')

    def test_a_fault_within_the_tolerance_of_16_bits_is_noticed(self) -> None:
        bench = Bench(self.folder, dtype='bfloat16')
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        logits = read_json(self.merge(bench, adapter) / 'merge.json')['logits']
        self.assertEqual(logits['beyondRounding'], 0.0)
        self.assertGreater(logits['largest'], 0.0)
        self.assertLess(logits['largest'], logits['allowed'])
        right = streaming.product
        self.addCleanup(setattr, streaming, 'product', right)
        streaming.product = lambda up, down: 1.04 * right(up, down)
        self.refused(bench, adapter, 'of it beyond rounding')

    def test_in_32_bits_rounding_explains_hardly_anything(self) -> None:
        bench = Bench(self.folder)
        adapter = write_adapter(self.folder / 'adapter', bench.artifacts['weights'])
        logits = read_json(self.merge(bench, adapter) / 'merge.json')['logits']
        self.assertLess(logits['largest'], logits['allowed'])
        self.assertLess(logits['allowed'], 1e-4 * logits['largestLogit'])


if __name__ == '__main__':
    unittest.main()
