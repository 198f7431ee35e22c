"""Answers of a model, decoded greedily."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """The ids that the model wrote, without the stop token; `stopped` says that it wrote one before the limit."""

    ids: list[int]
    stopped: bool


def answer_prompts(
    model: Any,
    prompts: Sequence[list[int]],
    *,
    stop_ids: Sequence[int],
    pad_id: int,
    max_new_tokens: int,
    batch_size: int,
    done: Callable[[int], None] = lambda count: None,
) -> list[Answer]:
    """Answers each prompt (token ids that end where an answer begins), in the order given.

    Greedy, so nothing is drawn from a random generator, and free of the sampling settings and penalties that the
    weights' own generation config may carry. Prompts are padded on the left: an answer must follow its prompt without a
    gap.
    """
    import torch
    from transformers import GenerationConfig

    # Without this swap, whatever a passed configuration leaves unset is filled in from the model's.
    original, model.generation_config = model.generation_config, GenerationConfig()
    settings = GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=max_new_tokens,
        eos_token_id=list(stop_ids),
        pad_token_id=pad_id,
        use_cache=True,
    )
    device = next(model.parameters()).device
    answers: list[Answer] = []
    try:
        for start in range(0, len(prompts), batch_size):
            batch = prompts[start : start + batch_size]
            length = max(len(prompt) for prompt in batch)
            input_ids = torch.tensor([[pad_id] * (length - len(prompt)) + prompt for prompt in batch], device=device)
            mask = torch.tensor([[0] * (length - len(prompt)) + [1] * len(prompt) for prompt in batch], device=device)
            with torch.no_grad():
                output = model.generate(input_ids=input_ids, attention_mask=mask, generation_config=settings)
            answers.extend(_cut(ids, stop_ids) for ids in output[:, length:].tolist())
            done(len(answers))
    finally:
        model.generation_config = original
    return answers


def _cut(ids: list[int], stop_ids: Sequence[int]) -> Answer:
    end = next((index for index, token in enumerate(ids) if token in stop_ids), None)
    return Answer(ids, False) if end is None else Answer(ids[:end], True)


def prompt_ids(tokenizer: Any, prompt: str, system: str | None = None) -> list[int]:
    """The ids of a conversation that waits for its answer.

    The template writes the model's prefix, so it must also tokenize: text that is tokenized again gets a second one.
    """
    messages = [] if system is None else [{'role': 'system', 'content': system}]
    messages.append({'role': 'user', 'content': prompt})
    encoded = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True, return_dict=True)
    return list(encoded['input_ids'])


def read_answer(tokenizer: Any, ids: Sequence[int]) -> str:
    """The text of an answer. GLM-4 puts a line break between the role and the text; it belongs to neither."""
    return tokenizer.decode(list(ids), skip_special_tokens=True).strip()
