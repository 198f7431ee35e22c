"""Whether an answer is right, where that can be decided without a judge."""

from __future__ import annotations

import json
import re
from typing import Any

#: A reference of at most so many characters on one line is a fact rather than an essay, so equality means something.
SHORT = 24

_CALL = re.compile(r'([A-Za-z_][\w.\-]*)\n(\{.*\})', re.DOTALL)


def read_structure(text: str) -> Any | None:
    """What a text holds as data: a JSON object or array, or GLM-4's form of a call; None when it holds none."""
    text = text.strip()
    call = _CALL.fullmatch(text)
    if call is not None:
        arguments = _parse(call.group(2))
        return None if arguments is None else {'name': call.group(1), 'arguments': arguments}
    value = _parse(text)
    return value if isinstance(value, (dict, list)) else None


def is_checkable(reference: str) -> bool:
    """Whether being equal to the reference is a fair thing to ask: it is data, or one short line."""
    reference = reference.strip()
    return read_structure(reference) is not None or (len(reference) <= SHORT and '\n' not in reference)


def is_exact(answer: str, reference: str) -> bool:
    """Whether the texts are equal, space around them aside."""
    return answer.strip() == reference.strip()


def is_equal_structure(answer: str, reference: str) -> bool:
    """Whether both hold the same data: the order of keys, space and the spelling of numbers (1 or 1.0) do not count."""
    given = read_structure(answer)
    return given is not None and _canonical(given) == _canonical(read_structure(reference))


def _parse(text: str) -> Any | None:
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError:
        return None


def _refuse(name: str) -> Any:
    raise ValueError(f'{name} is not JSON')


def _canonical(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
