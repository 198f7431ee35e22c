"""Rows of tokens with their labels, as the `tokenize` stage writes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from temper_job import JobError, read_rows

#: A position that carries no loss: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
NO_LOSS = -100


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


def read_tokens(folder: Path) -> list[TokenRow]:
    """Every row of a `train tokens` or `test tokens` artifact, in its order."""
    from safetensors.numpy import load_file

    arrays = load_file(folder / 'tokens.safetensors')
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
