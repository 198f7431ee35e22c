"""Runs a stage's main function and turns the ways in which it may end into files and exit codes."""

from __future__ import annotations

import errno
import json
import os
import platform
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from ._errors import JobError
from ._job import PROTOCOL, Job
from ._undeclared import explain_undeclared

EXIT_FAILED = 1
EXIT_BAD_REQUEST = 2
EXIT_INTERRUPTED = 75


def run(main: Callable[[Job], None]) -> None:
    """Calls `main` with the job whose folder TEMPER_JOB names, and exits.

    0: it returned. 75: it raised JobError('interrupted'). 1: it raised anything else; failure.json says what. 2: there
    is no request that this version understands.
    """
    folder = Path(os.environ.get('TEMPER_JOB') or os.getcwd())
    try:
        job = Job(folder)
    except Exception as error:
        print(f'cannot read the request of {folder}: {error}', file=sys.stderr)
        sys.exit(EXIT_BAD_REQUEST)
    job.event(
        'hello',
        pid=os.getpid(),
        host=platform.node(),
        device='cuda' if job.gpus else 'cpu',
        versions={'python': platform.python_version()},
        protocol=PROTOCOL,
    )
    try:
        main(job)
    except JobError as error:
        if error.reason == 'interrupted':
            # It has done what a late SIGTERM asks for; Python would die of one on its way out, and not end with 75.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        traceback.print_exc()
        _leave(folder, error.reason, error.message, error.hint)
        sys.exit(EXIT_INTERRUPTED if error.reason == 'interrupted' else EXIT_FAILED)
    except Exception as error:
        traceback.print_exc()
        _leave(folder, *(_undeclared(error, job) or _explain(error)))
        sys.exit(EXIT_FAILED)
    job.event('bye')


def _undeclared(error: Exception, job: Job) -> tuple[str, str, str] | None:
    found = explain_undeclared(error, job.folder, job.entry)
    return None if found is None else ('code', found[0] + _place(error), found[1])


def _explain(error: Exception) -> tuple[str, str, str | None]:
    """Reason, sentence and hint for an exception that the stage did not foresee."""
    sentence = f'{type(error).__name__}: {error}'.strip(': ').split('\n')[0]
    # By name: importing torch here to compare the class would cost every job two seconds.
    if type(error).__name__ == 'OutOfMemoryError' and type(error).__module__.startswith('torch'):
        return (
            'gpu-out-of-memory',
            sentence,
            'lower the batch size or the length of the rows, or ask for more GPU memory',
        )
    if isinstance(error, MemoryError):
        return 'out-of-memory', sentence, None
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return 'no-space', f'the disk is full: {error}', 'free some space where the store lies, then run again'
    return 'code', sentence + _place(error), None


def _place(error: Exception) -> str:
    """Where in the stage's own code it happened: the innermost frame that is not a library's."""
    code = os.sep + 'code' + os.sep
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code in frame.filename and 'site-packages' not in frame.filename and 'temper_job' not in frame.filename:
            return f' ({frame.filename.rpartition(code)[2]}:{frame.lineno})'
    return ''


def _leave(folder: Path, reason: str, message: str, hint: str | None) -> None:
    failure = (
        {'reason': reason, 'message': message} if hint is None else {'reason': reason, 'message': message, 'hint': hint}
    )
    try:
        (folder / 'failure.json').write_text(json.dumps(failure, ensure_ascii=False) + '\n', encoding='utf-8')
    except OSError as error:
        # A full disk: the traceback in the log is what is left.
        print(f'cannot write failure.json: {error}', file=sys.stderr)
