"""Rows of tokens with their labels, as the `tokenize` stage writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temper_job import JobError, read_rows

#: A position that carries no loss: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
NO_LOSS = -100
#: The digest of the tokenizer, among the metadata of tokens.safetensors.
TOKENIZER = 'tokenizer'


@dataclass(frozen=True)
class TokenRow:
    """One conversation. `labels[i]` is `input_ids[i]` where the model is to learn it, else NO_LOSS."""

    id: str
    input_ids: list[int]
    labels: list[int]
    truncated: bool

    @property
    def labelled(self) -> int:
        """How many tokens are predicted and count; the first token of a row has nothing before it."""
        return sum(label != NO_LOSS for label in self.labels[1:])


def read_tokens(folder: Path, tokenizer: str | None = None) -> list[TokenRow]:
    """Every row of a `train tokens` or `test tokens` artifact, in its order.

    With the digest of a tokenizer, `bad-input` for tokens that are known to be another one's: their ids would be read as
    other words, and the loss of such a training only looks high.
    """
    from safetensors import safe_open

    with safe_open(folder / 'tokens.safetensors', framework='numpy') as file:
        made_by = (file.metadata() or {}).get(TOKENIZER)
        arrays = {name: file.get_tensor(name) for name in ('input_ids', 'labels', 'offsets')}
    if tokenizer is not None and made_by not in (None, tokenizer):
        raise JobError(
            'bad-input',
            f'the tokens of {folder.name} were made by the tokenizer {made_by[:12]}, but are used with {tokenizer[:12]}',
            'pass the tokenizer that `tokenize` was given',
        )
    offsets = arrays['offsets'].tolist()
    about = list(read_rows(folder / 'rows.jsonl'))
    if len(about) != len(offsets) - 1:
        raise JobError('bad-input', f'tokens.safetensors holds {len(offsets) - 1} rows, but rows.jsonl {len(about)}')
    rows = []
    for row, start, end in zip(about, offsets, offsets[1:]):
        input_ids, labels = arrays['input_ids'][start:end].tolist(), arrays['labels'][start:end].tolist()
        rows.append(TokenRow(row['id'], input_ids, labels, bool(row['truncated'])))
    return rows


def last_answer(row: TokenRow) -> tuple[list[int], list[int]] | None:
    """The prompt and the last learned stretch of a row, or None when nothing of it is learned."""
    end = next((i + 1 for i in reversed(range(len(row.labels))) if row.labels[i] != NO_LOSS), None)
    if end is None:
        return None
    start = next((i + 1 for i in reversed(range(end)) if row.labels[i] == NO_LOSS), 0)
    return (row.input_ids[:start], row.input_ids[start:end]) if start > 0 else None


def refuse_unknown_ids(rows: Sequence[TokenRow], model: Any) -> None:
    """`bad-input` for tokens that the model has no embedding for; torch would fail at the first of them, without a name."""
    known = model.get_input_embeddings().num_embeddings
    largest = max(max(row.input_ids) for row in rows)
    if largest >= known:
        raise JobError(
            'bad-input',
            f'the rows hold token {largest}, but the weights know {known} tokens',
            'pass the weights that the tokenizer belongs to',
        )
