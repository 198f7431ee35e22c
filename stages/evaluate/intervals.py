"""How far a figure might have come out otherwise with other rows of the same sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

#: A 95 % interval.
LOW, HIGH = 0.025, 0.975


def bootstrap(
    rows: Sequence[Sequence[float]],
    figure: Callable[[Any], float],
    *,
    resamples: int,
    seed: int,
) -> tuple[float, float]:
    """The 95 % percentile interval of a figure that is computed from sums over rows.

    `rows` holds what each row adds to the sums; `figure` turns sums into the figure. Rows are drawn with replacement,
    `resamples` times (https://en.wikipedia.org/wiki/Bootstrapping_(statistics)#Case_resampling). The same seed and
    number of rows draw the same rows, so that two evaluations of the same rows can be compared pair by pair.
    """
    import numpy

    table = numpy.asarray(rows, dtype=numpy.float64)
    generator = numpy.random.Generator(numpy.random.PCG64(seed))
    figures = []
    for _ in range(resamples):
        drawn = generator.integers(0, len(table), size=len(table))
        figures.append(figure(table[drawn].sum(axis=0)))
    return float(numpy.quantile(figures, LOW)), float(numpy.quantile(figures, HIGH))
