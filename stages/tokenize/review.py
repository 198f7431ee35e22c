"""What a person would want to know about rows before an hour of GPU time goes into them.

Nothing here stops a run: each finding is a count with a few ids to look at, in the summary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from chats import Chat

EXAMPLES = 5
#: Characters of an example: enough to know the row again, and to see what is wrong with it.
EXCERPT = 80

CHINESE = re.compile(r'[\u3400-\u9fff]')
LATIN = re.compile(r'[A-Za-z\u00c0-\u024f]')
BRACES = re.compile(r'\{\{\s*\w+\s*\}\}')
REPEATED = re.compile(r'(\S)\1{19}')
#: What marks the turns of the models that are known, in whichever model's rows.
SPECIAL = re.compile(r'<\|\w+\|>|\[gMASK\]|<sop>')


def _text(chat: Chat) -> str:
    return '\n'.join(message['content'] or '' for message in chat.messages)


def _has_empty_answer(chat: Chat, text: str) -> bool:
    answers = [message for message in chat.messages if message['role'] == 'assistant']
    return any(not (message['content'] or '').strip() and not message.get('tool_calls') for message in answers)


def _echoes_its_prompt(chat: Chat, text: str) -> bool:
    return (
        len(chat.messages) > 1
        and (chat.messages[-1]['content'] or '').strip() == (chat.messages[-2]['content'] or '').strip()
    )


#: The id of a row, some of its text, and its line.
Example = tuple[str, str, int]


def example_of(chat: Chat, text: str = '', match: object = None) -> Example:
    """The place in the text where something was found, or how the newest question begins."""
    if isinstance(match, re.Match):
        start = max(0, match.start() - EXCERPT // 4)
        return chat.id, ' '.join(text[start : start + EXCERPT].split()), chat.line
    asked = next((each['content'] for each in reversed(chat.prompt) if each['role'] == 'user'), None)
    return chat.id, ' '.join((asked or '').split())[:EXCERPT], chat.line


def describe_finding(found: list[Example]) -> dict[str, Any]:
    """How many rows, and the first of them that differ."""
    # One row may stand there more than once: the first of its lines is enough.
    lines: dict[tuple[str, str], int] = {}
    for id, text, line in found:
        lines.setdefault((id, text), line)
    examples = list(lines)[:EXAMPLES]
    return {
        'rows': len(found),
        'examples': [id for id, _ in examples],
        'texts': [text for _, text in examples],
        'lines': [lines[example] for example in examples],
    }


#: What is looked for, by the name under which the summary counts it.
FINDINGS: dict[str, Callable[[Chat, str], object]] = {
    'emptyAnswers': _has_empty_answer,
    'echoedPrompts': _echoes_its_prompt,
    'unfilledBraces': lambda chat, text: BRACES.search(text),
    'repeatedCharacters': lambda chat, text: REPEATED.search(text),
    'replacementCharacters': lambda chat, text: '\ufffd' in text,
}


def review(chats: list[Chat], specials: Iterable[str] = ()) -> dict[str, Any]:
    """Findings, repeated prompts and the shares of languages, for one split. `specials` are the tokenizer's own."""
    # Text that spells a special token becomes that token: a row could end its own turn.
    special = re.compile('|'.join([SPECIAL.pattern, *map(re.escape, specials)]))
    findings = {**FINDINGS, 'specialTokensInText': lambda chat, text: special.search(text)}
    found: dict[str, list[Example]] = {name: [] for name in findings}
    languages: Counter[str] = Counter()
    prompts: Counter[str] = Counter()
    repeated: list[Example] = []
    for chat in chats:
        text = _text(chat)
        languages[_language(text)] += 1
        prompt = chat.digest(chat.prompt)
        if prompts[prompt]:
            repeated.append(example_of(chat))
        prompts[prompt] += 1
        for name, matches in findings.items():
            match = matches(chat, text)
            if match:
                found[name].append(example_of(chat, text, match))
    found = {'repeatedPrompts': repeated, **found}
    return {
        'findings': {name: describe_finding(examples) for name, examples in found.items()},
        'languages': {name: round(count / len(chats), 4) for name, count in sorted(languages.items())},
    }


def _language(text: str) -> str:
    """By script: that decides how a row is cut into tokens. A Chinese character says about as much as four letters."""
    chinese, latin = len(CHINESE.findall(text)), len(LATIN.findall(text)) / 4
    if chinese + latin == 0:
        return 'other'
    share = chinese / (chinese + latin)
    return 'chinese' if share > 0.8 else 'latin' if share < 0.2 else 'mixed'
