"""Train and test must share no row: a model is not measured on what it has been shown."""

from __future__ import annotations

from chats import Chat

from temper_job import JobError


def refuse_shared_rows(train: list[Chat], test: list[Chat]) -> dict[str, int]:
    """How many ids, prompts and whole rows were compared and found on both sides: zeros, or JobError `bad-input`.

    Ids are compared as they come, and prompts and rows by digests of our own, so that neither a wrong id nor a changed
    answer hides a row that stands on both sides.
    """
    sides = {
        'ids': lambda chat: chat.id,
        'prompts': lambda chat: chat.digest(chat.prompt),
        'rows': lambda chat: chat.digest(chat.messages),
    }
    for name, key in sides.items():
        trained = {key(chat) for chat in train}
        shared = [chat.name for chat in test if key(chat) in trained]
        if shared:
            raise JobError(
                'bad-input',
                f'{len(shared)} of {len(test)} test rows stand in the training rows too (same {name}),'
                f' such as row {shared[0]}',
                'split by prompt, so that rows that repeat a prompt fall on one side',
            )
    return dict.fromkeys(sides, 0)
