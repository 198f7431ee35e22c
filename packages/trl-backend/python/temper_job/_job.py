"""One job as its stage sees it: a view of request.json and of the folder around it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType
from typing import Any

from ._events import EventLog
from ._files import read_json

PROTOCOL = 1


class Job:
    """What a stage reads (params, inputs), where it writes (outputs, checkpoint), and how it reports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._request: dict[str, Any] = read_json(folder / 'request.json')
        if self._request.get('v') != PROTOCOL:
            raise ValueError(f'request.json has version {self._request.get("v")!r}, expected {PROTOCOL}')
        self._term = False
        self._polite = False
        # Of several processes that train together only the first one speaks.
        self._events = EventLog(folder / 'events.jsonl') if os.environ.get('RANK', '0') == '0' else None

    @property
    def entry(self) -> str:
        """The script that was started, relative to the job's folder."""
        return self._request['entry']

    @property
    def params(self) -> dict[str, Any]:
        """The resolved params: every default filled in, names as in the stage's declaration."""
        return self._request['params']

    @property
    def gpus(self) -> int:
        """How many GPUs this job was given; 0 means that it must not touch one."""
        return int(self._request['resources'].get('gpus') or 0)

    def input(self, name: str) -> Path:
        """The read-only folder of an input; KeyError when the job has none of that name."""
        return self.folder / self._input(name)['path']

    def inputs(self, name: str) -> list[Path]:
        """The folders of an input that takes many, in the order in which the pipeline names them."""
        return [self.folder / entry['path'] for entry in self._request['inputs'] if entry['name'] == name]

    def optional_input(self, name: str) -> Path | None:
        """The folder of an input, or None when the pipeline left it out."""
        return next(iter(self.inputs(name)), None)

    def earlier(self, name: str) -> Path | None:
        """An output of a shorter execution of this very step that this one may go on from, or None."""
        return self.optional_input(f'earlier.{name}')

    def digest(self, name: str) -> str:
        """The digest of an input artifact: how an artifact names another one it belongs to."""
        return self._input(name)['digest']

    def external(self, path: str) -> Path:
        """The pinned file or folder from outside that the params name by `path`."""
        for entry in self._request['externals']:
            if entry.get('path') == path:
                return self.folder / entry['at']
        raise KeyError(f'this job has no pinned file {path!r}')

    def externals(self) -> list[Path]:
        """Everything pinned from outside, in the order in which the stage declares it."""
        return [self.folder / entry['at'] for entry in self._request['externals'] if 'at' in entry]

    def output(self, name: str) -> Path:
        """The folder to write an output into, made when it is not there yet."""
        for entry in self._request['outputs']:
            if entry['name'] == name:
                path = self.folder / entry['path']
                path.mkdir(parents=True, exist_ok=True)
                return path
        raise KeyError(f'this stage declares no output {name!r}')

    @property
    def checkpoint_folder(self) -> Path:
        """A folder that survives attempts: what is saved here, a later attempt at the same step finds."""
        path = self.folder / self._request['checkpoint']['path']
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def resume(self) -> bool:
        """Whether checkpoints of earlier attempts may be used."""
        return bool(self._request['checkpoint']['resume'])

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked the job to stop: save, then raise JobError('interrupted', …).

        Until a job reads this for the first time SIGTERM ends it at once (there is nothing to save while libraries are
        being imported); from then on it is the job's word that it looks again soon. Read it from the main thread.
        """
        if not self._polite:
            signal.signal(signal.SIGTERM, self._on_term)
            self._polite = True
        return self._term or (self.folder / 'cancel').exists()

    def _on_term(self, number: int, frame: FrameType | None) -> None:
        self._term = True

    def event(self, type: str, **fields: Any) -> None:
        """Reports anything; never raises, and never decides how the job ends."""
        if self._events is not None:
            self._events.append(type, fields)

    def progress(self, step: int, of: int, **metrics: float | int | None) -> None:
        """Reports `step` of `of`, with numbers as they are (`loss`, `learningRate`, `tokensPerSecond`, …)."""
        self.event('progress', step=step, of=of, metrics=metrics)

    def phase(self, name: str) -> None:
        """Reports what the job does now, in words that fit behind its name: 'loading the model'."""
        self.event('phase', name=name)

    def text(self, key: str, step: int, content: str, caption: str | None = None) -> None:
        """Reports a text that belongs to a step, such as the model's answer to a fixed prompt."""
        fields = {'key': key, 'step': step, 'content': content}
        self.event('text', **(fields if caption is None else {**fields, 'caption': caption}))

    def warning(self, code: str, message: str) -> None:
        """Reports something that a person should know although the job goes on."""
        self.event('warning', code=code, message=message)

    def checkpoint(self, step: int, path: str, digest: str | None = None) -> None:
        """Reports that `path` (relative to the job folder) holds a complete checkpoint of `step`."""
        self.event('checkpoint', step=step, path=path, digest=digest)

    def resumed(self, step: int) -> None:
        """Reports that an earlier attempt had come as far as `step`; the time of this one tells nothing of a whole one."""
        self.event('resumed', step=step)

    def _input(self, name: str) -> dict[str, Any]:
        for entry in self._request['inputs']:
            if entry['name'] == name:
                return entry
        raise KeyError(f'this job has no input {name!r}')
