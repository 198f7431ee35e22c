"""From a rendered chat to token ids and to the labels that say which of them are learned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chats import Chat, Span
from jinja2.exceptions import TemplateError
from tokenizers import Encoding, Tokenizer
from twins import Training

from temper_job import JobError

#: Rows that go to the tokenizer at once: enough to be fast, little enough to keep memory flat.
BATCH = 256


@dataclass(frozen=True)
class Row:
    """One tokenized chat before it is cut: `learned` holds half-open ranges of positions in `ids`."""

    chat: Chat
    text: str
    spans: list[Span]
    ids: list[int]
    learned: list[Span]

    def learned_within(self, length: int) -> list[Span]:
        return [(start, min(end, length)) for start, end in self.learned if start < length]


def tokenize(chats: list[Chat], training: Training, tokenizer: Tokenizer) -> Iterator[Row]:
    """The rows in order. JobError `bad-input` for a doubled prefix and for an answer whose end would not be learned."""
    specials = {id for id, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    for start in range(0, len(chats), BATCH):
        batch = chats[start : start + BATCH]
        rendered = [_rendered(chat, training) for chat in batch]
        # The template has written every special token already; the tokenizer would add its prefix again.
        encodings = tokenizer.encode_batch([text for text, _ in rendered], add_special_tokens=False)
        for chat, (text, spans), encoding in zip(batch, rendered, encodings, strict=True):
            learned = [_positions(encoding, span) for span in spans]
            row = Row(chat, text, spans, encoding.ids, learned)
            _refuse_doubled_prefix(row, specials)
            _refuse_open_end(row, specials)
            yield row


def _rendered(chat: Chat, training: Training) -> tuple[str, list[Span]]:
    try:
        return training.render(chat.messages, chat.tools, False)
    except TemplateError as error:
        # Only a template that marks its answers itself comes here unproved: a twin has rendered every row before.
        raise JobError(
            'bad-input',
            f'the chat template refuses row {chat.name}: {error}',
            'mend or remove the row, or use a chat template that takes it',
        ) from error


def _positions(encoding: Encoding, span: Span) -> Span:
    """The tokens that hold a character of the span."""
    start, end = span
    return encoding.char_to_token(start), encoding.char_to_token(end - 1) + 1


def _refuse_doubled_prefix(row: Row, specials: set[int]) -> None:
    """[gMASK]<sop>[gMASK]<sop>: the template wrote the prefix, and something before it had done so already."""
    ids = row.ids
    for length in range(1, 5):
        prefix = ids[:length]
        if len(ids) >= 2 * length and specials.issuperset(prefix) and ids[length : 2 * length] == prefix:
            raise JobError(
                'bad-input',
                f'row {row.chat.name} begins with its special tokens twice: {row.text[:40]!r}',
                'remove the prefix from the text of the row, or from the chat template',
            )


def _refuse_open_end(row: Row, specials: set[int]) -> None:
    for (start, end), (_, last) in zip(row.spans, row.learned, strict=True):
        if row.ids[last - 1] not in specials:
            raise JobError(
                'bad-input',
                f'row {row.chat.name} has an answer whose end would not be learned:'
                f' …{row.text[max(start, end - 20) : end]!r} is followed by {row.text[end : end + 20]!r}',
                'a model that learns no end talks on for ever; let a user or tool turn follow each answer,'
                ' or end it in the chat template',
            )
