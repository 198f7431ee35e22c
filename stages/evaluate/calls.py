"""Whether an answer calls a function, and the right one: what a tool-calling model is measured by."""

from __future__ import annotations

import re
from typing import Any

import answers


def read_call(text: str) -> tuple[str, dict[str, Any]] | None:
    """The function's name and its arguments, when the text is one call and nothing else; None otherwise."""
    value = answers.read_structure(text)
    if not isinstance(value, dict) or set(value) != {'name', 'arguments'}:
        return None
    name, arguments = value['name'], value['arguments']
    return (name, arguments) if isinstance(name, str) and isinstance(arguments, dict) else None


def is_offered(name: str, row: dict[str, Any]) -> bool:
    """Whether the row lists a function of this name: among its tools, or in its system message as `name(` or quoted."""
    if row.get('tools'):
        return any(tool['function']['name'] == name for tool in row['tools'])
    listed = ' '.join(message['content'] for message in row['messages'] if message['role'] == 'system')
    return re.search(rf'(?<!\w){re.escape(name)}\(|["\'`]{re.escape(name)}["\'`]', listed) is not None


def call_scores(answer: str, reference: str, row: dict[str, Any]) -> dict[str, float]:
    """`validCalls` and `exactCalls` of one answer; nothing when its reference is no call."""
    if read_call(reference) is None:
        return {}
    call = read_call(answer)
    return {
        'validCalls': float(call is not None and is_offered(call[0], row)),
        'exactCalls': float(answers.is_equal_structure(answer, reference)),
    }
