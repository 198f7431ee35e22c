"""Reading chats and writing them out: one row, and a chat template as Transformers would render it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers.utils.chat_template_utils import render_jinja_template

from temper_job import JobError, read_rows

Message = dict[str, Any]
Span = tuple[int, int]

#: The mark by which a template says: this part is the assistant's.
GENERATION = re.compile(r'\{%[-+]?\s*generation\s*[-+]?%\}')


@dataclass(frozen=True)
class Chat:
    """A row of a chat dataset."""

    id: str
    messages: list[Message]
    tools: list[dict[str, Any]] | None
    #: Where it stands: the split, and the line of its `rows.jsonl`, from 1.
    split: str = ''
    line: int = 0

    @property
    def name(self) -> str:
        """What messages call the row: its id, and where to look for it."""
        return f'{self.id} (line {self.line} of {self.split})' if self.line else self.id

    @property
    def prompt(self) -> list[Message]:
        """What stands before the last answer; everything when no answer is last."""
        return self.messages[:-1] if self.messages[-1]['role'] == 'assistant' else self.messages

    def digest(self, messages: list[Message]) -> str:
        """The identity of some of its messages together with its tools, whatever the row calls itself."""
        text = json.dumps([messages, self.tools], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read_chats(path: Path) -> list[Chat]:
    chats = [
        Chat(row['id'], row['messages'], row.get('tools') or None, path.parent.name, number)
        for number, row in enumerate(read_rows(path), start=1)
    ]
    if not chats:
        raise JobError('bad-input', f'{path.parent.name}/{path.name} has no rows', 'give the split more rows')
    return chats


#: Renders messages and tools, with or without the opening of the next answer; also says what the template marked.
Render = Callable[[list[Message], 'list[dict[str, Any]] | None', bool], 'tuple[str, list[Span]]']


def create_render(template: str, variables: dict[str, str] | None = None) -> Render:
    """A function that renders through Transformers' own environment. TemplateError when the template refuses a chat."""
    marked = GENERATION.search(template) is not None

    def render(messages: list[Message], tools: list[dict[str, Any]] | None, opening: bool) -> tuple[str, list[Span]]:
        texts, spans = render_jinja_template(
            [messages],
            tools=tools,
            chat_template=template,
            add_generation_prompt=opening,
            return_assistant_tokens_mask=marked,
            **(variables or {}),
        )
        return texts[0], spans[0] if marked else []

    return render
