"""What tests of Python stages need: a model of a few thousand numbers, rows to train it on, and job folders.

Nothing here is reached from a stage.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from temper_job import write_json, write_rows

REPOSITORY = Path(__file__).resolve().parents[4]
STOPS = ('<|endoftext|>', '<|user|>', '<|observation|>')
SPECIALS = (
    '<|endoftext|>',
    '[MASK]',
    '[gMASK]',
    '[sMASK]',
    '<sop>',
    '<eop>',
    '<|system|>',
    '<|user|>',
    '<|assistant|>',
    '<|observation|>',
)
TEMPLATE = (
    '[gMASK]<sop>{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}{% endfor %}'
    '{% if add_generation_prompt %}<|assistant|>{% endif %}'
)
PAIRS = [(f'{a}加{b}等于几？', f'等于{a + b}。') for a in range(2, 8) for b in range(2, 8)]


def write_tokenizer(folder: Path) -> Any:
    """A byte-level tokenizer with GLM-4's special tokens, prefix and all, and no merges."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    core = Tokenizer(models.BPE(vocab={letter: index for index, letter in enumerate(alphabet)}, merges=[]))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    core.decoder = decoders.ByteLevel()
    core.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIALS])
    prefix = [(token, core.token_to_id(token)) for token in ('[gMASK]', '<sop>')]
    core.post_processor = processors.TemplateProcessing(single='[gMASK] <sop> $A', special_tokens=prefix)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, eos_token='<|endoftext|>', pad_token='<|endoftext|>', padding_side='left'
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    return tokenizer


def write_weights(
    folder: Path, *, dtype: str = 'float32', tied: bool = False, shard_size: str = '1GB', seed: int = 0
) -> Any:
    """A GLM of two layers with random weights, saved as `model weights`."""
    import torch
    from transformers import GenerationConfig, GlmConfig, GlmForCausalLM

    stops = [256 + SPECIALS.index(token) for token in STOPS]
    config = GlmConfig(
        vocab_size=272,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=256,
        attention_bias=True,
        tie_word_embeddings=tied,
        bos_token_id=None,
        pad_token_id=stops[0],
        eos_token_id=stops,
        dtype=dtype,
    )
    torch.manual_seed(seed)
    model = GlmForCausalLM(config).to(getattr(torch, dtype))
    for parameter in model.parameters():
        parameter.data.normal_(0, 0.2)
    model.save_pretrained(folder, max_shard_size=shard_size)
    GenerationConfig(eos_token_id=stops, pad_token_id=stops[0]).save_pretrained(folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    return model


def write_adapter(folder: Path, weights: Path, *, seed: int = 1, **lora: Any) -> Path:
    """An adapter for these weights in which every matrix holds random numbers, as if it had been trained."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    from .adapter import stabilise_config

    torch.manual_seed(seed)
    settings = {'r': 4, 'lora_alpha': 8, 'target_modules': ['q_proj', 'k_proj', 'v_proj'], **lora}
    model = AutoModelForCausalLM.from_pretrained(weights, dtype='auto')
    adapted = get_peft_model(model, LoraConfig(task_type='CAUSAL_LM', init_lora_weights=False, **settings))
    for parameter in adapted.parameters():
        if parameter.requires_grad:
            parameter.data += 0.05 * torch.randn(parameter.shape).to(parameter.dtype)
    adapted.save_pretrained(folder, save_embedding_layers=False)
    stabilise_config(folder, digest_of(weights))
    return folder


def write_tokens(
    tokens: Path, split: Path, tokenizer: Any, pairs: list[tuple[str, str]], *, learned: bool = True
) -> None:
    """The tokens of pairs of question and answer, the answer and its end labelled, and the split they come from."""
    import numpy
    from safetensors.numpy import save_file

    tokens.mkdir(parents=True, exist_ok=True)
    split.mkdir(parents=True, exist_ok=True)
    input_ids: list[int] = []
    labels: list[int] = []
    offsets, about, rows = [0], [], []
    for question, answer in pairs:
        messages = [{'role': 'user', 'content': question}]
        encoded = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True, return_dict=True)
        prompt = encoded['input_ids']
        reply = [
            *tokenizer('\n' + answer, add_special_tokens=False)['input_ids'],
            tokenizer.convert_tokens_to_ids('<|user|>'),
        ]
        input_ids += prompt + reply
        labels += [-100] * len(prompt) + (reply if learned else [-100] * len(reply))
        offsets.append(len(input_ids))
        name = hashlib.sha256(question.encode()).hexdigest()[:16]
        about.append({'id': name, 'length': len(prompt) + len(reply), 'truncated': False})
        rows.append({'id': name, 'messages': [*messages, {'role': 'assistant', 'content': answer}]})
    arrays = {
        'input_ids': numpy.array(input_ids, dtype=numpy.int32),
        'labels': numpy.array(labels, dtype=numpy.int32),
        'offsets': numpy.array(offsets, dtype=numpy.int64),
    }
    save_file(arrays, tokens / 'tokens.safetensors')
    write_rows(tokens / 'rows.jsonl', about)
    write_rows(split / 'rows.jsonl', rows)


def mark_tokenizer(tokens: Path, target: Path, digest: str) -> None:
    """A copy of token rows that says which tokenizer made them."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(tokens, target)
    save_file(load_file(tokens / 'tokens.safetensors'), target / 'tokens.safetensors', {'tokenizer': digest})


def shift_ids(tokens: Path, target: Path, by: int) -> None:
    """A copy of token rows with larger ids, as those of a tokenizer that knows more."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(tokens, target)
    arrays = load_file(tokens / 'tokens.safetensors')
    save_file({**arrays, 'input_ids': arrays['input_ids'] + by}, target / 'tokens.safetensors')


class Bench:
    """Artifacts to try stages on, and jobs made from them, all inside one folder that the test owns."""

    def __init__(self, folder: Path, **weights: Any) -> None:
        self.folder = folder
        self.artifacts: dict[str, Path] = {}
        for name in ('weights', 'tokenizer', 'train', 'test', 'trainTokens', 'testTokens'):
            self.artifacts[name] = folder / name
        write_weights(folder / 'weights', **weights)
        tokenizer = write_tokenizer(folder / 'tokenizer')
        write_tokens(folder / 'trainTokens', folder / 'train', tokenizer, PAIRS[:28])
        write_tokens(folder / 'testTokens', folder / 'test', tokenizer, PAIRS[28:])

    def job(
        self, name: str, stage: str, params: dict[str, Any], inputs: dict[str, Path], outputs: list[str]
    ) -> JobFolder:
        """A job folder with the stage's code and links to its inputs."""
        root = self.folder / 'jobs' / name
        shutil.copytree(
            REPOSITORY / 'stages' / stage,
            root / 'code' / 'stages' / stage,
            ignore=shutil.ignore_patterns('node_modules'),
        )
        python = 'packages/trl-backend/python'
        shutil.copytree(REPOSITORY / python, root / 'code' / python, ignore=shutil.ignore_patterns('__pycache__'))
        (root / 'in').mkdir()
        (root / 'tmp').mkdir()
        for key, path in inputs.items():
            (root / 'in' / key).symlink_to(path.resolve())
        write_json(
            root / 'request.json',
            {
                'v': 1,
                'jobId': name,
                'attempt': 1,
                'fingerprint': '0' * 64,
                'label': stage,
                'entry': f'code/stages/{stage}/run.py',
                'roots': [f'code/{python}'],
                'params': params,
                'inputs': [
                    {'name': key, 'kind': key, 'digest': digest_of(path), 'size': 1, 'path': f'in/{key}'}
                    for key, path in inputs.items()
                ],
                'externals': [],
                'outputs': [{'name': key, 'kind': key, 'path': f'out/{key}'} for key in outputs],
                'resources': {'gpus': 0, 'memory': None, 'seconds': None},
                'network': 'none',
                'checkpoint': {'path': 'checkpoint', 'resume': True},
                'graceSeconds': 30,
                'heartbeatSeconds': 10,
                'environment': {},
                'secretNames': [],
            },
        )
        return JobFolder(root)


class JobFolder:
    """One job: run it, as often as the test wants, and look at what it left."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        """Starts the stage the way the launcher does, with its output in `log`."""
        request = json.loads((self.root / 'request.json').read_text(encoding='utf-8'))
        with (self.root / 'log').open('ab') as log:
            return subprocess.Popen(
                [sys.executable, str(self.root / request['entry'])],
                cwd=self.root,
                stdout=log,
                stderr=log,
                env={
                    'PATH': os.environ['PATH'],
                    'TEMPER_JOB': str(self.root),
                    'PYTHONPATH': str(self.root / request['roots'][0]),
                    'HOME': str(self.root / 'tmp'),
                    'TMPDIR': str(self.root / 'tmp'),
                    'TZ': 'UTC',
                    'LC_ALL': 'C.UTF-8',
                    'HF_HUB_OFFLINE': '1',
                    'TOKENIZERS_PARALLELISM': 'false',
                    'OMP_NUM_THREADS': '1',
                    'PYTHONHASHSEED': '0',
                    **environment,
                },
            )

    def run(self, **environment: str) -> int:
        """Runs the stage to its end and returns the exit code."""
        return self.start(**environment).wait()

    def succeed(self) -> JobFolder:
        """Runs the stage, which must end well."""
        code = self.run()
        assert code == 0, f'exit {code}\n{self.log()}'
        return self

    def output(self, name: str) -> Path:
        return self.root / 'out' / name

    def failure(self) -> dict[str, Any]:
        return json.loads((self.root / 'failure.json').read_text(encoding='utf-8'))

    def events(self, type: str) -> list[dict[str, Any]]:
        lines = (self.root / 'events.jsonl').read_text(encoding='utf-8').splitlines()
        return [event for event in map(json.loads, lines) if event['type'] == type]

    def log(self) -> str:
        return (self.root / 'log').read_text(encoding='utf-8', errors='replace')


def digest_of(folder: Path) -> str:
    """A digest of a folder's files: not the store's, but one that differs where the files do."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob('*') if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b'\0')
        with path.open('rb') as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Params with some changed: objects merge, all else replaces; a duration is replaced whole."""
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict) and key != 'duration'
        result[key] = merged(result[key], value) if both else value
    return result
