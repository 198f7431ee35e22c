"""Token rows that a training can learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from temper_job import Job, JobError
from temper_trl.tokens import NO_LOSS, TokenRow, read_tokens


def read_rows_to_train(job: Job, folder: Path) -> list[TokenRow]:
    """The rows with at least one token to learn; `bad-input` when there is none.

    The trainer would drop the others without a word, and a mean over nothing is 0: a training that looks perfect.
    """
    rows = read_tokens(folder, tokenizer=job.digest('tokenizer'))
    useful = [row for row in rows if row.labelled > 0]
    if not useful:
        raise JobError(
            'bad-input',
            f'{folder.name} holds no token to learn: {len(rows)} rows, and every label of each is masked',
            'raise `maxLength` in `tokenize`: the answers were probably cut off',
        )
    if len(useful) < len(rows):
        job.warning(
            'rows-without-labels', f'{folder.name}: {len(rows) - len(useful)} of {len(rows)} rows have nothing to learn'
        )
    return useful


def refuse_cut_rows(rows: Sequence[TokenRow], length: int) -> None:
    """`user-error` when packing into rows of `length` tokens would cut one.

    It does so without a word, and what it cuts off is the end of the answer: the token at which the model is to stop.
    """
    cut = sum(len(row.input_ids) > length for row in rows)
    if cut:
        longest = max(len(row.input_ids) for row in rows)
        raise JobError(
            'user-error',
            f'packing into rows of {length} tokens would cut off the end of {cut} of {len(rows)} rows; '
            f'the longest has {longest}',
            f'set `training.packing.length` to {longest} or more, or lower `maxLength` in `tokenize` to {length}',
        )


def warn_of_endless_answers(job: Job, rows: Sequence[TokenRow], stop_ids: Sequence[int]) -> None:
    """Says when answers are taught to end with a token at which generation does not stop."""
    ends = Counter(
        next(token for token, label in zip(reversed(row.input_ids), reversed(row.labels)) if label != NO_LOSS)
        for row in rows
        if not row.truncated
    )
    if not ends:
        return
    (end, count), whole = ends.most_common(1)[0], ends.total()
    if count > whole / 2 and end not in stop_ids:
        job.warning(
            'never-stops',
            f'{count} of {whole} rows teach to end with token {end}, at which generation does not stop '
            f'(`eos_token_id` of the weights is {list(stop_ids)}): add it to their generation_config.json',
        )
