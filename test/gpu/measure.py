"""Runs the stages on a model of a real shape and says what they took: `measure.py SETTINGS`, JSON on stdout.

Started by measure.ts, which knows the params of the stages and the estimate that the figures are held against.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from shapes import SHAPES, write_model, write_rows_of_tokens
from temper_trl.testing import Bench, JobFolder, merged, write_tokenizer

#: The first steps load kernels and grow the allocator's pools.
WARM_UP = 3


def main() -> None:
    settings = json.loads(sys.argv[1])
    folder = Path(settings['folder'])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    say('writing the weights')
    parameters = write_model(folder / 'weights', SHAPES[settings['shape']])
    write_tokenizer(folder / 'tokenizer')
    write_rows_of_tokens(folder / 'tokens', rows=settings['rows'], length=settings['length'])
    measurements = Measurements(folder, settings)
    results = {
        'device': torch.cuda.get_device_name() if torch.cuda.is_available() else f'CPU, {platform.machine()}',
        'versions': {name: version(name) for name in ('torch', 'trl', 'peft', 'transformers')},
        'parameters': parameters,
    }
    for name in ('train', 'plain', 'packed', 'qlora', 'merge', 'generate'):
        say(name)
        results[name] = getattr(measurements, name)()
    print(json.dumps(results))


class Measurements:
    """Each method is one measurement; `{'not': why}` where this machine cannot make it."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self.folder, self.settings = folder, settings
        self.on_gpu = torch.cuda.is_available()
        # Only for its way of making job folders: the artifacts are ours.
        self.bench = Bench.__new__(Bench)
        self.bench.folder = folder

    def train(self) -> dict[str, Any]:
        """A LoRA training with the tutorial's settings."""
        self.adapter = self._train('train', {})
        return self._speed(self.adapter)

    def plain(self) -> dict[str, Any]:
        """The same by a plain TRL script."""
        settings = {
            **{key: self.settings[key] for key in ('steps', 'batchSize', 'length')},
            'weights': str(self.folder / 'weights'),
            'tokens': str(self.folder / 'tokens'),
            'tokenizer': str(self.folder / 'tokenizer'),
            'output': str(self.folder / 'plain'),
        }
        script = Path(__file__).with_name('plain.py')
        done = subprocess.run(
            [sys.executable, '-W', 'ignore', str(script), json.dumps(settings)],
            capture_output=True,
            text=True,
            env={**os.environ, 'HF_HUB_OFFLINE': '1'},
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-4000:])
        told = json.loads(done.stdout.strip().splitlines()[-1])
        rate = sum(told['tokens'][WARM_UP:]) / sum(told['seconds'][WARM_UP:])
        return {'tokensPerSecond': rate, 'gpuMemory': told['gpuMemory']}

    def packed(self) -> dict[str, Any]:
        """Rows packed to the full length."""
        if not self.on_gpu or find_spec('flash_attn') is None:
            return {'not': 'FlashAttention is not here, and packing needs it'}
        packing = {'packing': {'length': self.settings['length']}, 'attention': 'flash-attention-2'}
        return self._speed(self._train('packed', {'training': packing}))

    def qlora(self) -> dict[str, Any]:
        """The base in 4 bit."""
        if not self.on_gpu or find_spec('bitsandbytes') is None:
            return {'not': 'it needs a GPU and bitsandbytes'}
        return self._speed(self._train('qlora', {'training': {'quantization': '4-bit'}}))

    def merge(self) -> dict[str, Any]:
        """The merge of the trained adapter."""
        job = self._job('merge', self.settings['params']['merge'], ['model'], adapter=self.adapter.output('adapter'))
        began = time.monotonic()
        process = job.start()
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise RuntimeError(job.log())
        self.model = job.output('model')
        facts = json.loads((self.model / 'merge.json').read_text(encoding='utf-8'))
        return {
            'seconds': time.monotonic() - began,
            'peakMemory': usage.ru_maxrss * 1024,
            'way': facts['way'],
            'logits': facts['logits'],
        }

    def generate(self) -> dict[str, Any]:
        """Answers of the merged model."""
        from temper_trl.generation import answer_prompts
        from temper_trl.model import load_model

        device = torch.device('cuda' if self.on_gpu else 'cpu')
        model = load_model(self.model, dtype=torch.bfloat16 if self.on_gpu else torch.float32, device=device)
        began = time.monotonic()
        answers = answer_prompts(
            model, [list(range(1, 65))] * 4, stop_ids=[], pad_id=256, max_new_tokens=64, batch_size=4
        )
        seconds = time.monotonic() - began
        return {'tokensPerSecond': sum(len(answer.ids) for answer in answers) / seconds}

    def _train(self, name: str, changes: dict[str, Any]) -> JobFolder:
        params = merged(self.settings['params']['lora-sft'], changes)
        job = self._job('lora-sft', params, ['adapter', 'checkpoints', 'trainingState'], name, train=self.folder / 'tokens')
        return job.succeed()

    def _job(
        self, stage: str, params: dict[str, Any], outputs: list[str], name: str | None = None, **inputs: Path
    ) -> JobFolder:
        given = {'weights': self.folder / 'weights', 'tokenizer': self.folder / 'tokenizer', **inputs}
        job = self.bench.job(name or stage, stage, params, given, outputs)
        request = json.loads((job.root / 'request.json').read_text(encoding='utf-8'))
        request['resources']['gpus'] = 1 if self.on_gpu else 0
        (job.root / 'request.json').write_text(json.dumps(request), encoding='utf-8')
        return job

    def _speed(self, job: JobFolder) -> dict[str, Any]:
        steps = [event for event in job.events('progress') if 'tokensPerSecond' in event['metrics']][WARM_UP:]
        return {
            'tokensPerSecond': statistics.median(event['metrics']['tokensPerSecond'] for event in steps),
            'gpuMemory': max((event['metrics'].get('gpuMemory') or 0 for event in steps), default=0) or None,
            'lastLoss': steps[-1]['metrics']['loss'],
        }


def say(what: str) -> None:
    print(f'{what} …', file=sys.stderr, flush=True)


if __name__ == '__main__':
    main()
