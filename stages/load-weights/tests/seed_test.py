"""The seed's bytes, its corpus, and what Transformers makes of both."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

STAGE = Path(__file__).resolve().parents[1]
REPOSITORY = STAGE.parents[1]
PYTHON = REPOSITORY / 'packages/trl-backend/python'

#: A change here is a change of every result that begins with the seed: say so in the changelog.
GOLDEN = {
    'weights/model.safetensors': 'c56dc3da7f088b85fea83e3f1c4c735d7a5423cbc54754835e0c3d6051e583ab',
    'weights/config.json': '4abfe0fce517e53f453a072830efed278098b7ce08cd6ca480504430f6d0d38b',
    'weights/generation_config.json': '575e91191d46df18869b261294815a7d2730146165310b455a4f4e8d9e47b367',
    'tokenizer/tokenizer.json': 'c72f10f2c26098f5b9523a307c5a2f16a47eebb056310f29fea667029e6165ec',
    'tokenizer/tokenizer_config.json': '9c274ed9dcc86ab27ef940e8e7f53ed9eb412f3a4469bfec4e2762ab33ef1fcb',
    'tokenizer/generation_config.json': '575e91191d46df18869b261294815a7d2730146165310b455a4f4e8d9e47b367',
    'tokenizer/chat_template.jinja': 'dc67d2d056e70ef2ebc2b76eaca4e38eed451107976f5df3e7bd4bc43e7f92e1',
}
PARAMS = {'from': 'seed', 'vocabulary': 2048, 'hiddenSize': 128, 'layers': 3, 'seed': 1234}


def run_seed(folder: Path, params: dict, **environment: str) -> Path:
    """Runs seed.py as a job of its own and returns its output folder."""
    request = {
        'v': 1,
        'params': params,
        'inputs': [],
        'externals': [],
        'outputs': [{'name': name, 'path': f'out/{name}'} for name in ('weights', 'tokenizer')],
        'resources': {'gpus': 0},
        'checkpoint': {'path': 'checkpoint', 'resume': False},
    }
    (folder / 'request.json').write_text(json.dumps(request))
    variables = {
        **os.environ,
        'TEMPER_JOB': str(folder),
        'PYTHONPATH': str(PYTHON),
        'OMP_NUM_THREADS': '1',
        **environment,
    }
    ended = subprocess.run(
        [sys.executable, STAGE / 'seed.py'], cwd=folder, env=variables, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    return folder / 'out'


def digests(out: Path) -> dict:
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in GOLDEN}


def corpus(language: str) -> list:
    return [json.loads(line) for line in (STAGE / f'corpus/{language}.jsonl').read_text(encoding='utf-8').splitlines()]


class SeedTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def test_the_bytes_are_the_same_whatever_the_processor_can_do(self) -> None:
        for capability in ('default', 'avx2'):
            with self.subTest(capability):
                out = run_seed(self.folder, PARAMS, ATEN_CPU_CAPABILITY=capability, PYTHONHASHSEED=str(len(capability)))
                self.assertEqual(digests(out), GOLDEN)
                self.assertEqual((out / 'weights/model.safetensors').stat().st_mode & 0o777, 0o644)

    def test_transformers_loads_it_as_a_glm_with_three_stop_tokens(self) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        out = run_seed(self.folder, PARAMS)
        tokenizer = AutoTokenizer.from_pretrained(out / 'tokenizer')
        model = AutoModelForCausalLM.from_pretrained(out / 'weights')
        self.assertEqual(type(model).__name__, 'GlmForCausalLM')
        self.assertEqual(model.num_parameters(), 1_115_776)
        self.assertEqual(
            tokenizer.convert_ids_to_tokens(model.generation_config.eos_token_id),
            ['<|endoftext|>', '<|user|>', '<|observation|>'],
        )
        self.assertEqual((len(tokenizer), tokenizer.pad_token, tokenizer.padding_side), (2048, '<|endoftext|>', 'left'))
        # The trap that GLM-4's own tokenizer sets, kept so that the checks against it have something to find.
        twice = tokenizer(tokenizer.apply_chat_template([{'role': 'user', 'content': '好'}], tokenize=False))[
            'input_ids'
        ]
        self.assertEqual(tokenizer.convert_ids_to_tokens(twice[:4]), ['[gMASK]', '<sop>', '[gMASK]', '<sop>'])
        text = '今天天气不错，去 park 走走。\n\n好！'
        self.assertEqual(tokenizer.decode(tokenizer(text, add_special_tokens=False)['input_ids']), text)

    def test_a_warm_up_is_repeatable_and_learns(self) -> None:
        out = run_seed(self.folder, {**PARAMS, 'warmUp': {'steps': 12, 'batchSize': 4, 'learningRate': 4e-3}})
        once = digests(out)
        losses = [
            json.loads(line)['metrics']['loss']
            for line in (self.folder / 'events.jsonl').read_text().splitlines()
            if '"progress"' in line
        ]
        self.assertEqual(
            digests(run_seed(self.folder, {**PARAMS, 'warmUp': {'steps': 12, 'batchSize': 4, 'learningRate': 4e-3}})),
            once,
        )
        self.assertEqual({name for name in GOLDEN if once[name] != GOLDEN[name]}, {'weights/model.safetensors'})
        # A model that knows nothing of 2,048 tokens has a loss of ln 2048 = 7.62.
        self.assertLess(losses[-1], 7.2)


class CorpusTest(unittest.TestCase):
    def test_the_files_are_what_the_tables_give(self) -> None:
        sys.path.insert(0, str(STAGE / 'corpus'))
        import generate

        self.assertEqual(list(generate.chinese()), corpus('zh'))
        self.assertEqual(list(generate.english()), corpus('en'))

    def test_no_row_stands_twice(self) -> None:
        rows = [(row['instruction'], row['input']) for row in corpus('zh') + corpus('en')]
        self.assertEqual(len(rows), len(set(rows)))

    def test_no_row_stands_in_the_data_of_a_pipeline(self) -> None:
        ours = {(row['instruction'], row['input']) for row in corpus('zh') + corpus('en')}
        theirs = json.loads((REPOSITORY / 'data/alpaca-zh.json').read_text(encoding='utf-8'))
        self.assertEqual(ours & {(row['instruction'], row.get('input', '')) for row in theirs}, set())


if __name__ == '__main__':
    unittest.main()
