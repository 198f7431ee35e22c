"""An answer in pieces, as it is written."""

from __future__ import annotations

from typing import Any

#: How a decoder spells bytes that are no character, or not yet.
REPLACEMENT = '\ufffd'
#: A character of UTF-8 has up to four bytes, so up to three may wait for their last one.
LONGEST_WAIT = 3


class Pieces:
    """Token by token, the text that is certain. Joined, the pieces are the answer, without space around it.

    A token may end in the middle of a character (most Chinese ones are several byte-level tokens), and decoding tokens
    one by one would spell it as replacement characters; so all tokens are decoded together, and what may still change
    is held back.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._sent = ''

    def add(self, token: int) -> str:
        """The text that this token makes certain; often none."""
        self._ids.append(token)
        text = self._decode()
        waiting = len(text) - len(text.rstrip(REPLACEMENT))
        return self._send(text[: len(text) - min(waiting, LONGEST_WAIT)])

    def end(self) -> str:
        """What was held back: no token follows."""
        return self._send(self._decode())

    def _decode(self) -> str:
        return self._tokenizer.decode(self._ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def _send(self, certain: str) -> str:
        # Space at the end is held back too: only space that something follows belongs to the answer.
        answer = certain.strip()
        piece = answer[len(self._sent) :]
        self._sent += piece
        return piece
