"""Reads requests, writes answers; see the package."""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, TextIO

from temper_job import JobError


class Requests:
    """What came in. A thread reads, so that a `stop` is seen while an answer is being written."""

    def __init__(self, stream: TextIO) -> None:
        self._waiting: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._stopped: set[int] = set()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def next(self) -> dict[str, Any] | None:
        """The next request for an answer; None when there will be none."""
        return self._waiting.get()

    def is_stopped(self, number: int) -> bool:
        """Whether nobody waits for this answer any more."""
        return number in self._stopped

    def _read(self, stream: TextIO) -> None:
        for line in stream:
            message = json.loads(line)
            if message['type'] == 'stop':
                self._stopped.add(message['id'])
            else:
                self._waiting.put(message)
        self._waiting.put(None)


def main() -> None:
    # A terminal sends Ctrl-C to everybody in it; what it means is for the one who talks to the person.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints goes to stderr: stdout belongs to the protocol.
    output = os.fdopen(os.dup(1), 'w', encoding='utf-8')
    os.dup2(2, 1)

    def say(type: str, **fields: Any) -> None:
        output.write(json.dumps({'type': type, **fields}, ensure_ascii=False) + '\n')
        output.flush()

    requests = Requests(sys.stdin)
    say('phase', name='loading the libraries')
    from temper_trl.device import prepare_libraries

    from .models import Models

    models = Models(phase=lambda name: say('phase', name=name))
    prepare_libraries(models.device)
    say('ready', device=models.device.type)
    while (request := requests.next()) is not None:
        number = request['id']
        try:
            say('done', id=number, **reply(models, request, requests, say))
        except JobError as error:
            say('failed', id=number, reason=error.reason, message=error.message, hint=error.hint)
        except Exception as error:
            traceback.print_exc()
            out_of_memory = type(error).__name__ == 'OutOfMemoryError'
            say(
                'failed',
                id=number,
                reason='gpu-out-of-memory' if out_of_memory else 'code',
                message=str(error).split('\n')[0] or type(error).__name__,
                hint='shorten the conversation with `/new`, or lower --max-new-tokens' if out_of_memory else None,
            )


def reply(models: Any, request: dict[str, Any], requests: Requests, say: Any) -> dict[str, Any]:
    """Answers one request; returns what `done` says besides."""
    from temper_trl.model import stop_tokens

    from .answering import answer
    from .models import Speaker

    number, weights = request['id'], Path(request['weights'])
    adapter = None if request['adapter'] is None else Path(request['adapter'])
    return answer(
        models.model(Speaker(weights, request['baseDigest'], adapter)),
        models.tokenizer(Path(request['tokenizer'])),
        request,
        stop_ids=stop_tokens(weights),
        say=lambda piece: say('text', id=number, text=piece),
        stopped=lambda: requests.is_stopped(number),
    )


if __name__ == '__main__':
    main()
