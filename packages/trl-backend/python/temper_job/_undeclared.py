"""A file or a module that is missing in the job's folder because the stage did not declare it."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

#: What the job itself writes or was given under a name: a file missing there was declared well enough.
_OWN = ('in', 'out', 'checkpoint', 'tmp')


def explain_undeclared(error: Exception, folder: Path, entry: str) -> tuple[str, str] | None:
    """Sentence and hint for a read of what is not declared; None for any other exception.

    `entry` is the script that was started, relative to `folder`.
    """
    if isinstance(error, ModuleNotFoundError) and error.name:
        return (
            f'there is no module {error.name}',
            'a job holds the modules that are imported by their literal names, and the packages of its '
            'environment: import it by its name, or add its package to the environment',
        )
    if not isinstance(error, FileNotFoundError) or not isinstance(error.filename, (str, os.PathLike)):
        return None
    missing = Path(os.path.realpath(error.filename))
    try:
        inside = missing.relative_to(os.path.realpath(folder)).as_posix()
    except ValueError:
        return None
    if inside.split('/')[0] in _OWN or missing.exists():
        return None
    if not inside.startswith('code/'):
        return (
            f'the stage read {inside}, which it does not declare',
            'a job sees only what its stage declares: list the file under `files` or as a pin, and ask '
            'job.external(…) for its path',
        )
    name, stage = inside[len('code/') :], posixpath.dirname(entry)[len('code/') :]
    beside = posixpath.relpath(name, stage)
    declared = beside if beside.startswith('.') else f'./{beside}'
    return (
        f'the stage read {name}, which it does not declare',
        f"declare it in {stage}/stage.ts: files: ['{declared}']",
    )
