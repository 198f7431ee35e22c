"""JSON and JSON-lines files, written so that the same values always give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ._errors import JobError


def read_json(path: Path) -> Any:
    """The value in a UTF-8 JSON file; `bad-input` when it does not parse."""
    try:
        return json.loads(path.read_text(encoding='utf-8'))
    except ValueError as error:
        raise JobError('bad-input', f'{path.name} is not JSON: {error}') from error


def write_json(path: Path, value: Any) -> None:
    """Writes a value for people and for digests: keys in the order given, two spaces, text unescaped, one newline.

    NaN and infinity raise ValueError: JSON has no word for them.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + '\n', encoding='utf-8', newline='\n')


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, one at a time; `bad-input` with the line's number when one is not an object."""
    with path.open(encoding='utf-8') as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise JobError('bad-input', f'{path.name}:{number} is not JSON: {error}') from error
            if not isinstance(row, dict):
                raise JobError('bad-input', f'{path.name}:{number} holds {type(row).__name__}, expected an object')
            yield row


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Writes objects as JSON lines and returns how many there were."""
    count = 0
    with path.open('w', encoding='utf-8', newline='\n') as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + '\n')
            count += 1
    return count
