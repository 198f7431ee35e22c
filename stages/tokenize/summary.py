"""Numbers and samples for people, in an order that never changes."""

from __future__ import annotations

from typing import Any

from labels import Row

SAMPLES = 32
BINS = 16


def describe_lengths(lengths: list[int], max_length: int) -> dict[str, Any]:
    """Percentiles and a histogram of the rows' lengths in tokens before they are cut."""
    ordered = sorted(lengths)
    # Up to twice the limit at most: one row of a whole book would leave all others in the first bin.
    width = max(1, -(-max(max_length, min(ordered[-1], 2 * max_length)) // BINS))
    counts = [0] * (min(ordered[-1] // width, BINS) + 1)
    for length in ordered:
        counts[min(length // width, BINS)] += 1
    return {
        'mean': round(sum(ordered) / len(ordered), 1),
        **{f'p{share}': ordered[min(len(ordered) - 1, len(ordered) * share // 100)] for share in (50, 90, 95, 99)},
        'longest': ordered[-1],
        'overMaxLength': sum(length > max_length for length in ordered),
        # Bin n counts the rows of n x width up to (n + 1) x width tokens, the one after the BINS all that are longer.
        'histogram': {'width': width, 'rows': counts},
    }


def sample_positions(count: int, samples: int) -> set[int]:
    """Positions spread evenly over all rows: the first ones alone would show one corner of a sorted file."""
    return {at * count // samples for at in range(samples)} if samples < count else set(range(count))


def describe_sample(split: str, row: Row, max_length: int) -> dict[str, Any]:
    """A rendered row; `learned` holds the character ranges [from, to) of `text` that carry loss."""
    return {
        'split': split,
        'id': row.chat.id,
        'text': row.text,
        'learned': [list(span) for span in row.spans],
        'tokens': len(row.ids),
        'truncated': len(row.ids) > max_length,
    }
