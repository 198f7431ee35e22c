"""What a person would want to know about rows before an hour of GPU time goes into them.

Nothing here stops a run: each finding is a count with a few ids to look at, in the summary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from chats import Chat

EXAMPLES = 5

CHINESE = re.compile(r'[\u3400-\u9fff]')
LATIN = re.compile(r'[A-Za-z\u00c0-\u024f]')
BRACES = re.compile(r'\{\{\s*\w+\s*\}\}')
REPEATED = re.compile(r'(\S)\1{19}')
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


#: What is looked for, by the name under which the summary counts it.
FINDINGS: dict[str, Callable[[Chat, str], object]] = {
    'emptyAnswers': _has_empty_answer,
    'echoedPrompts': _echoes_its_prompt,
    'unfilledBraces': lambda chat, text: BRACES.search(text),
    'repeatedCharacters': lambda chat, text: REPEATED.search(text),
    'replacementCharacters': lambda chat, text: '\ufffd' in text,
    # Text that spells a special token becomes that token: a row could end its own turn.
    'specialTokensInText': lambda chat, text: SPECIAL.search(text),
}


def review(chats: list[Chat]) -> dict:
    """Findings, repeated prompts and the shares of languages, for one split."""
    found: dict[str, list[str]] = {name: [] for name in FINDINGS}
    languages: Counter[str] = Counter()
    prompts: Counter[str] = Counter()
    repeated: list[str] = []
    for chat in chats:
        text = _text(chat)
        languages[_language(text)] += 1
        prompt = chat.digest(chat.prompt)
        if prompts[prompt]:
            repeated.append(chat.id)
        prompts[prompt] += 1
        for name, matches in FINDINGS.items():
            if matches(chat, text):
                found[name].append(chat.id)
    found = {'repeatedPrompts': repeated, **found}
    return {
        'findings': {name: {'rows': len(ids), 'examples': ids[:EXAMPLES]} for name, ids in found.items()},
        'languages': {name: round(count / len(chats), 4) for name, count in sorted(languages.items())},
    }


def _language(text: str) -> str:
    """By script: that decides how a row is cut into tokens. A Chinese character says about as much as four letters."""
    chinese, latin = len(CHINESE.findall(text)), len(LATIN.findall(text)) / 4
    if chinese + latin == 0:
        return 'other'
    share = chinese / (chinese + latin)
    return 'chinese' if share > 0.8 else 'latin' if share < 0.2 else 'mixed'
