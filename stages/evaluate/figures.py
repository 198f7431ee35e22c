"""The metrics of an evaluation: each a figure over rows, with its interval and the name of its definition.

Definitions are in docs/reference/metrics.md, under the heading that `definition` names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import answers
import overlap
from intervals import bootstrap
from temper_trl.scoring import RowScore


def scored_figures(scores: Sequence[RowScore], **sampling: int) -> dict[str, Any]:
    """Loss, perplexity and token accuracy."""
    losses = [(score.nll, score.tokens) for score in scores]
    hits = [(score.correct, score.tokens) for score in scores]
    return {
        'loss': _figure('loss', 'lower', losses, _ratio, **sampling),
        'perplexity': _figure('perplexity', 'lower', losses, lambda sums: math.exp(min(_ratio(sums), 700)), **sampling),
        'tokenAccuracy': _figure('token-accuracy', 'higher', hits, _ratio, **sampling),
    }


def answered_figures(generations: Sequence[dict[str, Any]], **sampling: int) -> dict[str, Any]:
    """What the answers to test rows are worth; a metric that no row can decide is left out."""
    referenced = [row for row in generations if row['reference'] is not None]
    figures = {}
    for name, definition, of in (
        ('stopped', 'stopped-by-itself', lambda row: float(row['stopped'])),
        ('exactMatch', 'exact-match', lambda row: row['scores'].get('exactMatch')),
        ('jsonValid', 'json-valid', lambda row: row['scores'].get('jsonValid')),
        ('jsonEqual', 'json-equality', lambda row: row['scores'].get('jsonEqual')),
        ('validCalls', 'valid-calls', lambda row: row['scores'].get('validCalls')),
        ('exactCalls', 'exact-calls', lambda row: row['scores'].get('exactCalls')),
        ('rougeL', 'rouge-l', lambda row: row['scores'].get('rougeL')),
    ):
        values = [(value, 1) for value in map(of, referenced) if value is not None]
        if values:
            figures[name] = _figure(definition, 'higher', values, _ratio, **sampling)
    if referenced:
        counts = [overlap.bleu_counts(row['answer'], row['reference']) for row in referenced]
        figures['bleu'] = _figure('bleu', 'higher', counts, overlap.bleu, **sampling)
    return figures


def answer_scores(answer: str, reference: str) -> dict[str, float]:
    """The scores of one answer; those that its reference cannot decide are absent."""
    scores: dict[str, float] = {}
    if answers.is_checkable(reference):
        scores['exactMatch'] = float(answers.is_exact(answer, reference))
    if answers.read_structure(reference) is not None:
        scores['jsonValid'] = float(answers.read_structure(answer) is not None)
        scores['jsonEqual'] = float(answers.is_equal_structure(answer, reference))
    scores['rougeL'] = overlap.rouge_l(answer, reference)
    return scores


def _ratio(sums: Any) -> float:
    return float(sums[0] / sums[1])


def _figure(
    definition: str, better: str, rows: Sequence[Sequence[float]], figure: Callable[[Any], float], **sampling: int
) -> dict[str, Any]:
    sums = [math.fsum(column) for column in zip(*rows)]
    low, high = bootstrap(rows, figure, **sampling)
    return {
        'value': figure(sums),
        'low': low,
        'high': high,
        'rows': len(rows),
        'better': better,
        'definition': definition,
    }
