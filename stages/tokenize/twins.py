"""Training templates: twins of the models' own, with the answers marked, and the proof that a twin fits.

A model's chat template says how to write a chat, not which part of it is the answer. A twin says both. It is believed
only after it has been held against the original on every row that will be trained or tested on: a template that looks
alike and differs by one line break would teach a prompt that nobody ever sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chats import GENERATION, Chat, Message, Render, create_render
from jinja2.exceptions import TemplateError

from temper_job import JobError

TEMPLATES = Path(__file__).parent / 'templates'
Spelling = Callable[[Chat], 'tuple[list[Message], list[dict] | None]']


@dataclass(frozen=True)
class Twin:
    """A training template. `closings` is what it may add behind a finished answer where the original adds nothing;
    `variables` reads from the original what differs among models of one family."""

    name: str
    closings: tuple[str, ...]
    variables: Callable[[Render], dict[str, str]]

    def render(self, original: Render | None) -> Render:
        template = (TEMPLATES / f'{self.name}.jinja').read_text(encoding='utf-8')
        return create_render(template, self.variables(original) if original else {})


@dataclass(frozen=True)
class Training:
    """How the rows of this job are rendered, and what shows that it is right."""

    name: str
    spelling: str
    render: Render
    compared: int


def _default_system(original: Render) -> dict[str, str]:
    """The turn that the model's template puts before a chat without a system message ('' when there is none)."""
    text = _attempt(original, [{'role': 'user', 'content': 'probe'}])
    return {'default_system': text[: text.find('<|im_start|>user')] if '<|im_start|>user' in text else ''}


def _tools_heading(original: Render) -> dict[str, str]:
    """The sentence before GLM-4's list of tools and the gap before each of them: both changed between releases."""
    chat = Chat('', [{'role': 'user', 'content': 'probe'}], [{'type': 'function', 'function': {'name': 'probe'}}])
    for spell in SPELLINGS.values():
        found = re.search(
            r'<\|system\|>\n(.*?)\n\n# 可用工具(\n+)## probe', _attempt(original, *spell(chat)), re.DOTALL
        )
        if found:
            return {'preamble': found[1], 'gap': found[2]}
    return {}


def _attempt(original: Render, messages: list[Message], tools: list[dict] | None = None) -> str:
    try:
        return original(messages, tools, False)[0]
    except TemplateError:
        return ''


def _plain(chat: Chat) -> tuple[list[Message], list[dict] | None]:
    return chat.messages, chat.tools


def _glm(chat: Chat) -> tuple[list[Message], list[dict] | None]:
    """GLM-4's own form: the called function's name is the turn's metadata, a result is an observation."""
    messages = []
    for message in chat.messages:
        if message.get('tool_calls'):
            if message['content']:
                messages.append({'role': 'assistant', 'content': message['content']})
            messages += [
                {'role': 'assistant', 'metadata': call['function']['name'], 'content': _arguments(call)}
                for call in message['tool_calls']
            ]
        else:
            messages.append({**message, 'role': 'observation' if message['role'] == 'tool' else message['role']})
    return messages, chat.tools


def _glm_inline(chat: Chat) -> tuple[list[Message], list[dict] | None]:
    """The same, for releases whose template reads the tools from a message."""
    messages = _glm(chat)[0]
    return ([{'role': 'system', 'content': '', 'tools': chat.tools}, *messages] if chat.tools else messages), None


def _arguments(call: dict) -> str:
    arguments = call['function']['arguments']
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


#: How a row can be put to the original. Which one it understands shows when it renders the rows.
SPELLINGS: dict[str, Spelling] = {'messages': _plain, 'metadata': _glm, 'inline-tools': _glm_inline}

TWINS = (
    Twin('glm4', ('<|user|>', '<|observation|>'), _tools_heading),
    Twin('chatml', (), _default_system),
)


def choose_training(original: str | None, wanted: str, chats: list[Chat]) -> Training:
    """The template that the rows are rendered with.

    `wanted` is 'auto' or a twin's name; `original` is the tokenizer's template. JobError `bad-input` when none fits.
    """
    if original is not None and GENERATION.search(original):
        # It marks its answers itself: there is nothing that could differ.
        return Training('original', 'messages', create_render(original), 0)
    candidates = [twin for twin in TWINS if wanted in ('auto', twin.name)]
    if original is None:
        if wanted == 'auto':
            names = ', '.join(twin.name for twin in TWINS)
            raise JobError('bad-input', 'the tokenizer has no chat template', f'name one in trainingTemplate: {names}')
        return Training(wanted, 'messages', candidates[0].render(None), 0)

    compared = create_render(original)
    misses = []
    for twin in candidates:
        training = twin.render(compared)
        for spelling, spell in SPELLINGS.items():
            miss = _first_difference(twin, training, compared, spell, chats)
            if miss is None:
                return Training(twin.name, spelling, training, len(chats))
            misses.append(miss)
    raise JobError(
        'bad-input',
        "no training template fits the tokenizer's chat template: " + '; '.join(dict.fromkeys(misses)),
        'mark the answers in the chat template with {% generation %}, or use a tokenizer with a template that is known',
    )


def _first_difference(twin: Twin, training: Render, original: Render, spell: Spelling, chats: list[Chat]) -> str | None:
    """Where the twin and the original part, in words; None when they agree on all chats and on all their prompts."""
    for chat in chats:
        for asked in (chat, Chat(chat.id, chat.prompt, chat.tools)):
            opening = asked.messages[-1]['role'] != 'assistant'
            try:
                expected = original(*spell(asked), opening)[0]
                if asked.tools and expected == original(*spell(Chat(asked.id, asked.messages, None)), opening)[0]:
                    return f'it leaves out the tools of row {chat.name}'
            except (TemplateError, TypeError) as error:
                return f'it refuses row {chat.name} ({error})'
            try:
                written = training(asked.messages, asked.tools, opening)[0]
            except (TemplateError, TypeError) as error:
                return f'{twin.name} refuses row {chat.name} ({error})'
            ends = ('',) if opening else ('', *twin.closings)
            if not any(written == expected + end for end in ends):
                return f'{twin.name} differs on row {chat.name} ({_where(written, expected)})'
    return None


def _where(written: str, expected: str) -> str:
    shorter = min(len(written), len(expected))
    same = next((at for at in range(shorter) if written[at] != expected[at]), shorter)
    return f'at character {same}: {written[same:][:20]!r} where the original has {expected[same:][:20]!r}'
