"""One answer: from messages to pieces of text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from temper_job import JobError
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from .pieces import Pieces


def answer(
    model: Any,
    tokenizer: Any,
    request: dict[str, Any],
    *,
    stop_ids: list[int],
    say: Callable[[str], None],
    stopped: Callable[[], bool],
) -> dict[str, Any]:
    """Writes the answer to the request's messages, piece by piece, and returns how it ended.

    `ended` is `stop` when the model ended by itself, `limit` when it had written as many tokens as it may, and
    `interrupted` when `stopped` said so.
    """
    encoded = tokenizer.apply_chat_template(
        request['messages'], add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors='pt'
    )
    prompt = encoded['input_ids'].to(model.device)
    limit = min(request['maxNewTokens'], _room(model, prompt.shape[1]))
    streamer = _Streamer(Pieces(tokenizer), set(stop_ids), say)
    started = time.monotonic()
    if request['temperature'] > 0:
        torch.manual_seed(request['seed'])
    # Whatever a passed configuration leaves unset would be filled in from the model's own.
    original, model.generation_config = model.generation_config, GenerationConfig()
    try:
        with torch.no_grad():
            model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                generation_config=_settings(request['temperature'], limit, stop_ids, tokenizer.pad_token_id),
                stopping_criteria=StoppingCriteriaList([_Stop(stopped)]),
                streamer=streamer,
            )
    finally:
        model.generation_config = original
    streamer.finish()
    ended = 'stop' if streamer.stopped else 'interrupted' if stopped() else 'limit'
    seconds = time.monotonic() - started
    return {'ended': ended, 'promptTokens': prompt.shape[1], 'tokens': streamer.tokens, 'seconds': seconds}


def _settings(temperature: float, limit: int, stop_ids: list[int], pad_id: int) -> GenerationConfig:
    drawing = {'do_sample': True, 'temperature': temperature, 'top_p': 0.9} if temperature > 0 else {'do_sample': False}
    return GenerationConfig(max_new_tokens=limit, eos_token_id=stop_ids, pad_token_id=pad_id, **drawing)


def _room(model: Any, tokens: int) -> int:
    longest = getattr(model.config, 'max_position_embeddings', None)
    if longest is None:
        return 1 << 30
    if tokens >= longest:
        raise JobError(
            'user-error',
            f'the conversation has {tokens} tokens, and the model reads {longest} at most',
            '`/new` begins another one',
        )
    return longest - tokens


class _Streamer:
    """What `generate` calls with the prompt first, and then with each token."""

    def __init__(self, pieces: Pieces, stop_ids: set[int], say: Callable[[str], None]) -> None:
        self.tokens, self.stopped = 0, False
        self._pieces, self._stop_ids, self._say = pieces, stop_ids, say
        self._prompt_came = False

    def put(self, value: Any) -> None:
        if not self._prompt_came:
            self._prompt_came = True
            return
        token = int(value.reshape(-1)[0])
        self.tokens += 1
        self.stopped = token in self._stop_ids
        if not self.stopped:
            self._pass_on(self._pieces.add(token))

    def end(self) -> None:
        """Called by `generate` at the end of what it wrote."""

    def finish(self) -> None:
        self._pass_on(self._pieces.end())

    def _pass_on(self, piece: str) -> None:
        if piece:
            self._say(piece)


class _Stop(StoppingCriteria):
    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped

    def __call__(self, input_ids: Any, scores: Any, **others: Any) -> Any:
        return torch.full((input_ids.shape[0],), self._stopped(), device=input_ids.device, dtype=torch.bool)
