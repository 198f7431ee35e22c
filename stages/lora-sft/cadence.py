"""At which steps something happens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Cadence:
    """Every `every` steps (1 or more), or every such fraction of the whole training (below 1); or never."""

    every: float | Literal['never']

    def due(self, step: int, of: int) -> bool:
        """Whether it happens at `step`, counted from 1, of a training of `of` steps."""
        if self.every == 'never':
            return False
        interval = math.ceil(of * self.every) if self.every < 1 else int(self.every)
        return step % max(1, interval) == 0


def is_stalled(losses: list[float], *, patience: int, threshold: float) -> bool:
    """Whether the last `patience` evaluations all failed to beat the best one before them by `threshold`.

    Decided from the losses alone, so that a resumed training stops where an uninterrupted one does.
    """
    best, without_gain = math.inf, 0
    for loss in losses:
        if loss < best - threshold:
            best, without_gain = loss, 0
        else:
            without_gain += 1
    return without_gain >= patience
