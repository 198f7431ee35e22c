"""Whether generation stops where answers are taught to end.

A base model tuned on chats, or a model whose repository forgot one of its stop tokens, learns an end at which nobody
stops listening: it talks on until the limit. The tokenizer brings the stop tokens along, so that this is said before
a GPU is asked for.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from temper_job import Job, read_json


def read_stop_ids(folder: Path) -> list[int] | None:
    """The `eos_token_id` that came with the tokenizer, one or several; None where it says nothing about it."""
    path = folder / 'generation_config.json'
    ids = read_json(path).get('eos_token_id') if path.exists() else None
    return [ids] if isinstance(ids, int) else ids


def describe_end(ends: Counter[int], stop_ids: list[int] | None, tokenizer: Tokenizer) -> dict[str, Any] | None:
    """The token with which most whole rows end, and whether generation stops there; None when every row is cut."""
    if not ends:
        return None
    ((end, count),) = ends.most_common(1)
    stops = None if stop_ids is None else end in stop_ids
    return {'token': tokenizer.id_to_token(end), 'rows': count, 'of': ends.total(), 'stops': stops}


def warn_of_endless_answers(job: Job, end: dict[str, Any], stop_ids: list[int], tokenizer: Tokenizer) -> None:
    known = ', '.join(tokenizer.id_to_token(id) or str(id) for id in stop_ids) or 'nothing'
    job.warning(
        'never-stops',
        f'{end["rows"]} of {end["of"]} rows teach to end with {end["token"]}, at which generation does not stop '
        f'(the model stops at {known}): add it to `eos_token_id` in the generation_config.json of the model',
    )
