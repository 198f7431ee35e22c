"""Trains the seed's weights for a while, so that there is a base model to adapt: it knows how Chinese is spelt and how
a chat looks, and has never seen a row of any pipeline's data.

It learns whole rows, prompts included, but no end of an answer: like a base model it talks on, and learning to stop
is left to the fine-tuning.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from seed_weights import build_model
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers.utils.chat_template_utils import render_jinja_template

from temper_job import Job, JobError

IGNORED = -100
#: Rows of the corpus have 30 to 120 tokens; padding beyond that would be most of a batch.
MAX_LENGTH = 128


def train_base(
    job: Job,
    config: dict[str, Any],
    weights: dict[str, torch.Tensor],
    tokenizer: Tokenizer,
    template: str,
    rows: list[dict[str, Any]],
    params: dict[str, Any],
    seed: int,
) -> dict[str, torch.Tensor]:
    """The weights after `params['steps']` steps of AdamW on all parameters, with a cosine schedule that ends at 0."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    model = build_model(config, weights).train()
    texts = render_jinja_template([_chat(row) for row in rows], chat_template=template)[0]
    encoded = [each.ids[:MAX_LENGTH] for each in tokenizer.encode_batch(texts, add_special_tokens=False)]

    steps, size = params['steps'], params['batchSize']
    optimizer = torch.optim.AdamW(model.parameters(), lr=params['learningRate'], weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _cosine(step, steps))
    order: list[int] = []
    for step in range(1, steps + 1):
        if len(order) < size:
            # A new pass begins before the old one is quite over; what is left of it comes first.
            order += torch.randperm(len(encoded)).tolist()
        batch, order = order[:size], order[size:]
        ids = torch.nn.utils.rnn.pad_sequence(
            [torch.tensor(encoded[row]) for row in batch], batch_first=True, padding_value=IGNORED
        )
        # Padding stands behind the text, where causal attention never looks back from; no mask is needed.
        logits = model(input_ids=ids.clamp(min=0)).logits
        loss = cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), ignore_index=IGNORED)
        if not math.isfinite(loss.item()):
            raise JobError(
                'user-error', f'the loss of the warm-up is {loss.item()} at step {step}', 'lower warmUp.learningRate'
            )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 10 == 0 or step == steps:
            job.progress(step, steps, loss=round(loss.item(), 4), learningRate=schedule.get_last_lr()[0])
    return {name: parameter.detach().contiguous() for name, parameter in model.named_parameters()}


def _chat(row: dict[str, str]) -> list[dict[str, str]]:
    prompt = '\n'.join(part for part in (row['instruction'], row['input']) if part)
    return [{'role': 'user', 'content': prompt}, {'role': 'assistant', 'content': row['output']}]


def _cosine(step: int, steps: int) -> float:
    """Up over the first twentieth, then down along a cosine."""
    rise = max(1, steps // 20)
    return (step + 1) / rise if step < rise else 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
