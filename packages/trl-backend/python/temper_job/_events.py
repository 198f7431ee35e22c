"""What a job says while it runs: one JSON object a line, appended to events.jsonl.

Events are advice for whoever watches; no verdict rests on them. So a line that cannot be written is dropped, and what
JSON cannot hold (NaN, infinity) becomes null, rather than stopping a training that is otherwise well.
"""

from __future__ import annotations

import json
import math
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

#: A reader keeps a line in memory, and appends up to a page or so do not interleave.
LINE_BYTES = 64 * 1024


class EventLog:
    """Appends events of one process; numbers go on where an earlier attempt in the same folder stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seq = _last_seq(path)

    def append(self, type: str, fields: dict[str, Any]) -> None:
        self._seq += 1
        head = {'v': 1, 'seq': self._seq, 't': _now(), 'type': type}
        line = _encode({**head, **fields})
        if len(line) > LINE_BYTES:
            line = _encode({**head, **_shortened(fields, len(line) - LINE_BYTES)})
        if len(line) > LINE_BYTES:
            line = _encode({**head, 'dropped': f'{len(line)} bytes'})
        try:
            # One write of one whole line: readers never see it in pieces, also when two processes append.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError:
            pass


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def _encode(event: dict[str, Any]) -> bytes:
    return (json.dumps(_plain(event), ensure_ascii=False, separators=(',', ':')) + '\n').encode('utf-8', 'replace')


def _plain(value: Any) -> Any:
    """The value as JSON can hold it; numbers of other libraries come in through their `item()`."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, 'item'):
        return _plain(value.item())
    return str(value)


def _shortened(fields: dict[str, Any], excess: int) -> dict[str, Any]:
    """The fields with their longest text cut by what is too much (three bytes a character at worst, escapes aside)."""
    texts = [key for key, value in fields.items() if isinstance(value, str)]
    if not texts:
        return fields
    longest = max(texts, key=lambda key: len(fields[key].encode('utf-8', 'replace')))
    kept = fields[longest].encode('utf-8', 'replace')
    # Quotes and line breaks take two bytes in JSON, so cut generously.
    kept = kept[: max(0, (len(kept) - excess) // 2 - 16)].decode('utf-8', 'ignore')
    return {**fields, longest: kept + '…'}


def _last_seq(path: Path) -> int:
    try:
        with path.open('rb') as lines:
            lines.seek(max(0, os.path.getsize(path) - 2 * LINE_BYTES))
            tail = lines.read().splitlines()
    except OSError:
        return 0
    for line in reversed(tail):
        try:
            return int(json.loads(line)['seq'])
        except (ValueError, KeyError, TypeError):
            continue
    return 0
