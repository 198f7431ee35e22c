"""How much of a reference an answer repeats: ROUGE-L and BLEU over units that suit Chinese.

A unit is one Chinese character (or kana, or full-width sign), a run of letters and digits of other scripts, or one sign
of punctuation. Space between units counts for nothing, and case is kept.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

ORDER = 4
_WIDE = '\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003134f'
_UNIT = re.compile(rf'[{_WIDE}]|[^\W{_WIDE}]+|[^\w\s]')


def units(text: str) -> list[str]:
    """The units of a text, in order."""
    return _UNIT.findall(text)


def rouge_l(answer: str, reference: str) -> float:
    """F1 of the longest common subsequence of units, between 0 and 1.

    https://aclanthology.org/W04-1013/, section 2 with beta = 1.
    """
    written, wanted = units(answer), units(reference)
    common = _longest_common_subsequence(written, wanted)
    return 2 * common / (len(written) + len(wanted)) if common else 0.0


def _longest_common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    row = [0] * (len(right) + 1)
    for unit in left:
        diagonal = 0
        for index, other in enumerate(right, start=1):
            diagonal, row[index] = row[index], diagonal + 1 if unit == other else max(row[index], row[index - 1])
    return row[-1]


def bleu_counts(answer: str, reference: str) -> list[int]:
    """What one pair adds to a corpus: matches for n-grams of 1 to 4 units, n-grams that were written, both lengths.

    The counts of several pairs add up element by element.
    """
    written, wanted = units(answer), units(reference)
    matches, possible = [], []
    for order in range(1, ORDER + 1):
        given, expected = _ngrams(written, order), _ngrams(wanted, order)
        matches.append(sum((given & expected).values()))
        possible.append(max(0, len(written) - order + 1))
    return [*matches, *possible, len(written), len(wanted)]


def _ngrams(sequence: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sequence[start : start + order]) for start in range(len(sequence) - order + 1))


def bleu(counts: Sequence[float]) -> float:
    """Corpus BLEU between 0 and 1 from summed counts, smoothed as sacrebleu does by default (`smooth_method="exp"`).

    https://github.com/mjpost/sacrebleu and https://aclanthology.org/P02-1040/
    """
    matches, possible, written, wanted = counts[:ORDER], counts[ORDER : 2 * ORDER], counts[-2], counts[-1]
    if not any(matches):
        return 0.0
    logarithms, smoothing = 0.0, 1.0
    for matched, total in zip(matches, possible):
        if total == 0:
            return 0.0
        if matched == 0:
            smoothing *= 2
            matched = 1 / smoothing
        logarithms += math.log(matched / total)
    brevity = 1.0 if written > wanted else math.exp(1 - wanted / written)
    return brevity * math.exp(logarithms / ORDER)
