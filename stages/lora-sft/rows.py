"""Token rows that a training can learn from."""

from __future__ import annotations

from pathlib import Path

from temper_job import Job, JobError
from temper_trl.tokens import TokenRow, read_tokens


def read_rows_to_train(job: Job, folder: Path) -> list[TokenRow]:
    """The rows with at least one token to learn; `bad-input` when there is none.

    The trainer would drop the others without a word, and a mean over nothing is 0: a training that looks perfect.
    """
    rows = read_tokens(folder)
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
