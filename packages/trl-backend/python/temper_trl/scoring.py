"""How well a model predicts the labelled tokens of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .tokens import NO_LOSS, TokenRow

#: Positions whose logits exist at once: 256 x 151,552 (GLM-4's vocabulary) x 4 bytes are 148 MiB.
CHUNK = 256


@dataclass(frozen=True)
class RowScore:
    """Sums over one row: negative log-likelihood in nats, labelled tokens, and how many were the first choice."""

    nll: float
    tokens: int
    correct: int


def score_rows(model: Any, rows: Sequence[TokenRow], *, batch_size: int, pad_id: int) -> list[RowScore]:
    """Scores every row on its own, so that what a caller sums over rows does not depend on how they were batched.

    The trainer's `eval_loss` is a mean over batches of means over tokens, and moves with the batch size; these sums do
    not (up to the last bits of a padded matrix product). The model must be in evaluation mode. Rows go through in the
    order of their length, which saves padding, and come back in the order given.
    """
    import torch

    order = sorted(range(len(rows)), key=lambda index: -len(rows[index].input_ids))
    scores: dict[int, RowScore] = {}
    with torch.no_grad():
        for start in range(0, len(order), batch_size):
            indices = order[start : start + batch_size]
            scores.update(zip(indices, _score_batch(model, [rows[index] for index in indices], pad_id)))
    return [scores[index] for index in range(len(rows))]


def total(scores: Sequence[RowScore]) -> RowScore:
    """The sums over all rows."""
    return RowScore(
        sum(score.nll for score in scores),
        sum(score.tokens for score in scores),
        sum(score.correct for score in scores),
    )


def _score_batch(model: Any, rows: Sequence[TokenRow], pad_id: int) -> list[RowScore]:
    import torch
    from torch.nn.functional import cross_entropy

    length = max(len(row.input_ids) for row in rows)
    input_ids = torch.tensor([row.input_ids + [pad_id] * (length - len(row.input_ids)) for row in rows])
    mask = torch.tensor([[1] * len(row.input_ids) + [0] * (length - len(row.input_ids)) for row in rows])
    labels = torch.tensor([row.labels + [NO_LOSS] * (length - len(row.labels)) for row in rows])
    # The token at a position is predicted from the one before it.
    targets = labels[:, 1:]
    wanted = (targets != NO_LOSS).any(dim=0).nonzero().flatten()
    if len(wanted) == 0:
        return [RowScore(0.0, 0, 0) for _ in rows]

    device = next(model.parameters()).device
    targets = targets[:, wanted].to(device)
    # Only the wanted positions get logits: over a whole batch they would be the largest tensor of all.
    logits = model(
        input_ids=input_ids.to(device),
        attention_mask=mask.to(device),
        logits_to_keep=wanted.to(device),
        use_cache=False,
    ).logits
    nll = torch.zeros(len(rows), dtype=torch.float64)
    correct = torch.zeros(len(rows), dtype=torch.int64)
    for start in range(0, len(wanted), CHUNK):
        part = logits[:, start : start + CHUNK].float()
        target = targets[:, start : start + CHUNK]
        losses = cross_entropy(part.transpose(1, 2), target, ignore_index=NO_LOSS, reduction='none')
        nll += losses.double().sum(dim=1).cpu()
        correct += (part.argmax(dim=-1) == target).sum(dim=1).cpu()
    counts = (targets != NO_LOSS).sum(dim=1).tolist()
    return [RowScore(*values) for values in zip(nll.tolist(), counts, correct.tolist())]
