"""Pieces, models and the process that `temper chat` talks to."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from temper_chat.pieces import Pieces
from temper_trl.testing import Bench, digest_of, write_adapter, write_tokenizer


class PiecesTest(unittest.TestCase):
    """The tokenizer of tests has one token a byte, so that a Chinese character takes three."""

    @classmethod
    def setUpClass(cls) -> None:
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.tokenizer = write_tokenizer(Path(holder.name))

    def pieces(self, ids: list[int]) -> list[str]:
        pieces = Pieces(self.tokenizer)
        return [*map(pieces.add, ids), pieces.end()]

    def ids(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False)['input_ids']

    def test_a_character_comes_whole_with_its_last_byte(self) -> None:
        self.assertEqual(self.pieces(self.ids('你好')), ['', '', '你', '', '', '好', ''])
        self.assertEqual(self.pieces(self.ids('a😀')), ['a', '', '', '', '😀', ''])

    def test_space_belongs_to_an_answer_when_something_follows_it(self) -> None:
        self.assertEqual(self.pieces(self.ids('\na b \n')), ['', 'a', '', ' b', '', '', ''])

    def test_bytes_that_are_no_character_are_not_waited_for_longer_than_a_character_takes(self) -> None:
        half, whole = self.ids('你')[:1], self.ids('好')
        for ids in (half, half * 6, half * 6 + whole, [*half, *self.ids('a'), *whole], whole[:2] + whole):
            said = ''.join(self.pieces(ids))
            self.assertEqual(said, self.tokenizer.decode(ids), ids)
        self.assertEqual(self.pieces([*half, *self.ids('a')])[1], '\ufffda')


class ProcessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.bench = Bench(Path(holder.name))
        weights = cls.bench.artifacts['weights']
        cls.adapters = [write_adapter(Path(holder.name) / f'adapter-{seed}', weights, seed=seed) for seed in (1, 2)]
        cls.other = Path(holder.name) / 'other'
        Bench(cls.other, seed=7)

    def request(self, number: int, **changes: Any) -> dict[str, Any]:
        weights = self.bench.artifacts['weights']
        return {
            'type': 'answer',
            'id': number,
            'weights': str(weights),
            'baseDigest': digest_of(weights),
            'adapter': None,
            'tokenizer': str(self.bench.artifacts['tokenizer']),
            'messages': [{'role': 'user', 'content': '2加3等于几？'}],
            'maxNewTokens': 12,
            'temperature': 0,
            'seed': 0,
            **changes,
        }

    def talk(self, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        """Everything that a process says to these requests, and that it ends when they do."""
        said = subprocess.run(
            [sys.executable, '-m', 'temper_chat'],
            input=''.join(json.dumps(request) + '\n' for request in requests),
            capture_output=True,
            text=True,
            encoding='utf-8',
            check=True,
        )
        return [json.loads(line) for line in said.stdout.splitlines()]

    def reference(self, adapter: Path | None) -> str:
        from temper_trl.adapter import attach_adapter
        from temper_trl.generation import answer_prompts, prompt_ids, read_answer
        from temper_trl.model import load_tokenizer, stop_tokens
        from transformers import AutoModelForCausalLM

        weights = self.bench.artifacts['weights']
        tokenizer = load_tokenizer(self.bench.artifacts['tokenizer'])
        model = AutoModelForCausalLM.from_pretrained(weights).eval()
        (written,) = answer_prompts(
            model if adapter is None else attach_adapter(model, adapter),
            [prompt_ids(tokenizer, '2加3等于几？')],
            stop_ids=stop_tokens(weights),
            pad_id=tokenizer.pad_token_id,
            max_new_tokens=12,
            batch_size=1,
        )
        return read_answer(tokenizer, written.ids)

    def test_base_and_adapters_take_turns_on_one_base(self) -> None:
        first, second = self.adapters
        order = [first, None, second, first]
        said = self.talk(
            *(self.request(n, adapter=None if a is None else str(a)) for n, a in enumerate(order)),
            self.request(8, messages=[{'role': 'user', 'content': '？' * 300}]),
            self.request(9, adapter=str(first), baseDigest='0' * 64),
        )
        for number, adapter in enumerate(order):
            answer = ''.join(m['text'] for m in said if m['type'] == 'text' and m['id'] == number)
            self.assertEqual(answer, self.reference(adapter), adapter)
        self.assertEqual([m['ended'] for m in said if m['type'] == 'done'], ['limit'] * 4)
        self.assertEqual(
            [m['name'] for m in said if m['type'] == 'phase'], ['loading the libraries', 'loading the model']
        )
        failures = {m['id']: m['message'] for m in said if m['type'] == 'failed'}
        self.assertRegex(failures[8], r'the conversation has \d+ tokens, and the model reads 256 at most')
        self.assertIn('the adapter was trained on the weights', failures[9])

    def test_drawn_answers_differ_by_seed_and_only_by_seed(self) -> None:
        seeds = [1, 2, 1]
        said = self.talk(*(self.request(n, temperature=1.0, seed=seed) for n, seed in enumerate(seeds)))
        one, other, again = (''.join(m['text'] for m in said if m.get('id') == n and 'text' in m) for n in range(3))
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)

    def test_a_stop_ends_an_answer_and_not_the_conversation(self) -> None:
        # More tokens than fit would be a failure, fewer than the limit are the stop's doing.
        process = subprocess.Popen(
            [sys.executable, '-m', 'temper_chat'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding='utf-8',
        )

        def send(message: dict[str, Any]) -> None:
            process.stdin.write(json.dumps(message) + '\n')
            process.stdin.flush()

        # Said before the answer begins, so that nothing depends on how fast it is written.
        send({'type': 'stop', 'id': 1})
        send(self.request(1, maxNewTokens=200))
        send(self.request(2))
        process.stdin.close()
        said = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.wait(), 0)
        process.stdout.close()
        done = {m['id']: m for m in said if m['type'] == 'done'}
        self.assertEqual((done[1]['ended'], done[1]['tokens']), ('interrupted', 1))
        self.assertEqual(done[2]['id'], 2)


if __name__ == '__main__':
    unittest.main()
