"""The witness of a Python job: starts the trainer, outlives it, and says how it ended.

    python launcher.py JOBFOLDER [--secrets-from-stdin]

Comes in: a job folder with `request.json`. Goes out: `heartbeat`, `log/out`, `log/err`, and, as its last act,
`result.json`. Taken for granted: the standard library of Python 3.10 or newer, and a caller that may be gone at any
moment (a backend starts the launcher in a session of its own and comes back later to read the result).

Two processes, because some engines do not say why a process died: the trainer may be killed for memory in the middle
of a line, and only somebody beside it can tell that from a crash.
"""

from __future__ import annotations

import json
import os
import platform
import posixpath
import re
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

EXIT_INTERRUPTED = 75
REASONS = {
    'bad-input', 'user-error', 'gate', 'no-space', 'out-of-memory', 'gpu-out-of-memory', 'could-not-start', 'code',
    'interrupted',
}  # fmt: skip

#: What every job sees, whatever the machine: results must not depend on its locale, time zone, threads or hash seed.
FIXED_ENVIRONMENT = {
    'TZ': 'UTC',
    'LC_ALL': 'C.UTF-8',
    'HF_HUB_OFFLINE': '1',
    'TOKENIZERS_PARALLELISM': 'false',
    'OMP_NUM_THREADS': '1',
    'PYTHONHASHSEED': '0',
    'PYTHONUNBUFFERED': '1',
    'PYTHONNOUSERSITE': '1',
    # Whoever runs the job, and where: a container has no name for its user, and PyTorch asks for one.
    'USER': 'temper',
    'LOGNAME': 'temper',
    # The environment is compiled when it is built; a job's code lies in a folder that is read-only in a container.
    'PYTHONDONTWRITEBYTECODE': '1',
}
#: What the machine decides: where programs are, and which devices the engine handed to this job.
PASSED_VARIABLES = ('PATH', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES')

#: Where a traceback at the end of a log is looked for.
TRACEBACK_BYTES = 64 * 1024
FRAME = re.compile(r'  File "(.+)", line (\d+)')
EXCEPTION = re.compile(r'[A-Za-z_][\w.]*(?:: |$)')


class Bad(Exception):
    """The request cannot be carried out, or the outputs cannot be believed."""


def main(folder: Path) -> int:
    started = time.monotonic()
    request = json.loads((folder / 'request.json').read_text(encoding='utf-8'))
    for name in ('log', 'out', 'tmp', request['checkpoint']['path']):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # An earlier attempt's last words would be taken for ours.
    for name in ('failure.json', 'result.json'):
        (folder / name).unlink(missing_ok=True)

    kills = OomKills()
    ending = Ending()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Whoever cancels leaves the file, too; a signal alone is an engine that takes its machine back.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.ask('preempted' if cancel_request(folder) is None else 'cancelled'))

    versions: dict[str, str] = {}
    listing: threading.Thread | None = None
    # What an earlier attempt printed stands before it.
    printed = log_size(folder)
    try:
        trainer = start(folder, request)
    except (OSError, KeyError) as error:
        code, ruling = 1, verdict('failed', 'could-not-start', f'cannot start {request.get("entry")}: {error}')
    else:
        threading.Thread(target=beat, args=(folder, request['heartbeatSeconds']), daemon=True).start()
        # Takes a moment, and nobody has to wait for it while the trainer works.
        listing = threading.Thread(target=lambda: versions.update(installed()), daemon=True)
        listing.start()
        code = watch(trainer, folder, request, ending)
        ruling = judge(code, folder, request, ending, kills, printed)

    outputs = []
    if ruling['outcome'] == 'succeeded':
        try:
            refuse_strangers(folder, request['outputs'])
            outputs = [list_output(folder, output) for output in request['outputs']]
        except Bad as error:
            ruling = verdict('failed', 'code', str(error))
    seconds = round(time.monotonic() - started, 3)
    if listing is not None:
        listing.join()
    result = {
        'v': 1,
        'jobId': request['jobId'],
        'attempt': request['attempt'],
        **ruling,
        'exitCode': code if code >= 0 else 128 - code,
        'signal': signal.Signals(-code).name if code < 0 else None,
        'outputs': outputs,
        'peakMemory': peak_memory(),
        'seconds': seconds,
        'versions': versions,
    }
    if ruling['outcome'] != 'succeeded' and any((folder / request['checkpoint']['path']).iterdir()):
        result['checkpoint'] = {'path': request['checkpoint']['path']}
    write_last(folder, result)
    return 0 if ruling['outcome'] == 'succeeded' else result['exitCode'] or 1


class Ending:
    """Why the trainer is being ended, if it is: the first reason counts."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.since = 0.0

    def ask(self, reason: str) -> None:
        if self.reason is None:
            self.since = time.monotonic()
            self.reason = reason


def start(folder: Path, request: dict) -> subprocess.Popen:
    variables = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
    variables |= FIXED_ENVIRONMENT | request.get('environment', {})
    variables |= {name: os.environ[name] for name in request.get('secretNames', []) if name in os.environ}
    variables |= {'HOME': str(folder / 'tmp'), 'TMPDIR': str(folder / 'tmp'), 'TEMPER_JOB': str(folder)}
    variables['PYTHONPATH'] = os.pathsep.join(str(folder / root) for root in request['roots'])
    if not request['resources'].get('gpus'):
        variables['CUDA_VISIBLE_DEVICES'] = ''
    entry = folder / request['entry']
    if not entry.is_file():
        raise FileNotFoundError(f'there is no {request["entry"]} in the job folder')
    with open(folder / 'log/out', 'ab') as out, open(folder / 'log/err', 'ab') as err:
        # A session of its own, so that one signal reaches every process the trainer leaves behind, and only those.
        return subprocess.Popen(
            [sys.executable, str(entry)],
            cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
        )  # fmt: skip


def beat(folder: Path, seconds: float) -> None:
    """Moves the heartbeat's mtime for as long as the launcher lives, however busy the trainer is."""
    while True:
        (folder / 'heartbeat').touch()
        time.sleep(seconds)


def watch(trainer: subprocess.Popen, folder: Path, request: dict, ending: Ending) -> int:
    """Waits for the trainer; when it has to end, asks once, waits the grace time, then kills its whole group."""
    limit = request['resources'].get('seconds')
    deadline = time.monotonic() + limit if limit else None
    asked = False
    while True:
        try:
            code = trainer.wait(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            pass
        cancelled = cancel_request(folder)
        if cancelled is not None:
            ending.ask('cancelled')
        if deadline and time.monotonic() > deadline:
            ending.ask('timeout')
        if ending.reason and not asked:
            # Only the trainer: its helpers would die of it before it has saved.
            trainer.terminate()
            asked = True
        grace = request['graceSeconds'] if cancelled is None else min(request['graceSeconds'], cancelled)
        if asked and time.monotonic() - ending.since > grace:
            kill_group(trainer.pid)
    kill_group(trainer.pid)
    if cancel_request(folder) is not None:
        # The trainer looks for it too, and may have been quicker.
        ending.ask('cancelled')
    return code


def cancel_request(folder: Path) -> float | None:
    """Seconds of grace when the cancel file is there; it may be empty and then leaves the grace to the request."""
    try:
        text = (folder / 'cancel').read_text(encoding='utf-8').strip()
    except OSError:
        return None
    try:
        return float(text)
    except ValueError:
        return float('inf')


def kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # Nobody is left (macOS says so with EPERM).
        pass


def judge(code: int, folder: Path, request: dict, ending: Ending, kills: OomKills, printed: int) -> dict:
    """One verdict from the exit code, the trainer's own words, the kernel's counters, and what we did ourselves."""
    told = told_failure(folder)
    ended = f'was killed by {signal.Signals(-code).name}' if code < 0 else f'ended with exit code {code}'
    if code == 0:
        return {'outcome': 'succeeded', 'reason': None, 'message': None}
    if ending.reason == 'timeout':
        return verdict('failed', 'timeout', f'the time limit of {request["resources"]["seconds"]} s is over')
    if ending.reason or code == EXIT_INTERRUPTED:
        # Nobody asked us, so somebody asked the trainer: an engine that takes its machine back.
        return verdict('interrupted', ending.reason or 'preempted', told.get('message') or f'the job {ended}')
    if told.get('reason', 'code') == 'code' and kills.seen(machine_too=code == -signal.SIGKILL):
        return want_of_memory(request['resources'].get('memory'))
    if told:
        return verdict('failed', told['reason'], told['message'], told.get('hint'))
    uncaught = uncaught_exception(folder, printed) if code == 1 else None
    if uncaught is not None:
        return verdict('failed', 'code', *explain_uncaught(*uncaught, folder, request['entry']))
    return verdict('failed', 'could-not-start' if code == 2 else 'code', f'the job {ended} and gave no reason')


def log_size(folder: Path) -> int:
    try:
        return (folder / 'log/err').stat().st_size
    except OSError:
        return 0


def uncaught_exception(folder: Path, printed: int) -> tuple[str, str] | None:
    """The exception that Python died of, and where in the stage's code: ('KeyError: 1', 'stages/a/run.py:7').

    One that is raised while a module is loaded, or code that is not Python, never comes to the `run` of temper_job that
    tells of all others; its traceback is then the last thing in the log. None where something else is.
    """
    with open(folder / 'log/err', 'rb') as log:
        log.seek(max(printed, log.seek(0, os.SEEK_END) - TRACEBACK_BYTES))
        lines = log.read().decode('utf-8', 'replace').rstrip().split('\n')
    frames = [(at, FRAME.match(line)) for at, line in enumerate(lines)]
    last = max((at for at, frame in frames if frame), default=len(lines))
    # Between the frame and the sentence stands nothing but the code that the frame is about.
    between = lines[last + 1 : -1]
    if last >= len(lines) - 1 or not EXCEPTION.match(lines[-1]) or any(not line.startswith(' ') for line in between):
        return None
    first = max((at for at, line in enumerate(lines) if line.startswith('Traceback (')), default=0)
    code = f'{folder / "code"}{os.sep}'
    own = [f for at, f in frames if f and at >= first and f[1].startswith(code) and 'site-packages' not in f[1]]
    return lines[-1], f'{own[-1][1][len(code) :]}:{own[-1][2]}' if own else ''


def explain_uncaught(sentence: str, place: str, folder: Path, entry: str) -> tuple[str, str | None]:
    """Sentence and hint, in the words of temper_job, which knows the exception itself."""
    where = f' ({place})' if place else ''
    module = re.fullmatch(r"ModuleNotFoundError: No module named '(.+)'", sentence)
    if module:
        return f'there is no module {module[1]}{where}', (
            'a job holds the modules that are imported by their literal names, and the packages of its '
            'environment: import it by its name, or add its package to the environment'
        )
    file = re.fullmatch(r"FileNotFoundError: .*: '(.+)'", sentence)
    code = f'{folder / "code"}{os.sep}'
    path = os.path.normpath(folder / file[1]) if file else ''
    if path.startswith(code) and not os.path.exists(path):
        name, stage = path[len(code) :], posixpath.dirname(entry)[len('code/') :]
        beside = posixpath.relpath(name, stage or '.')
        declared = beside if beside.startswith('.') else f'./{beside}'
        return (
            f'the stage read {name}, which it does not declare{where}',
            f"declare it in {stage}/stage.ts: files: ['{declared}']",
        )
    return sentence + where, None


def want_of_memory(limit: int | None) -> dict:
    """What is said of a job that the kernel killed: how much it took, and of how much (bytes) where it had a limit."""
    took, more = gibibytes(peak_memory()), 'run it on a machine with more memory'
    if limit is not None:
        took, more = f'{took} of {gibibytes(limit)}', 'raise `container.memory`'
    return verdict(
        'failed', 'out-of-memory',
        f'the kernel killed the job for want of memory; its largest process had {took}',
        f'lower the batch size or the length of the rows, or {more}',
    )  # fmt: skip


def gibibytes(size: int) -> str:
    return f'{size / 2**30:.2f} GiB'


def verdict(outcome: str, reason: str, message: str, hint: str | None = None) -> dict:
    return {'outcome': outcome, 'reason': reason, 'message': message, **({'hint': hint} if hint else {})}


def told_failure(folder: Path) -> dict:
    """failure.json when it is there and sound; it comes from code that may have died while writing it."""
    try:
        told = json.loads((folder / 'failure.json').read_text(encoding='utf-8'))
        sound = told['reason'] in REASONS and isinstance(told['message'], str) and isinstance(told.get('hint', ''), str)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return told if sound else {}


class OomKills:
    """Whether the kernel killed for memory since this object was made, by the counters of control groups v1 and v2.

    The machine's own counter moves too when there is no limit but the machine. It counts everybody's processes, so it
    is a witness only for a trainer that was killed.
    """

    def __init__(self) -> None:
        # A container sees its own group at the root.
        self._files = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control']
        try:
            for line in Path('/proc/self/cgroup').read_text().splitlines():
                _, controllers, path = line.split(':', 2)
                if controllers == '':
                    self._files.append(f'/sys/fs/cgroup{path}/memory.events')
                elif 'memory' in controllers.split(','):
                    self._files.append(f'/sys/fs/cgroup/memory{path}/memory.oom_control')
        except (OSError, ValueError):
            pass
        self._group, self._machine = self._counts()

    def seen(self, machine_too: bool) -> bool:
        group, machine = self._counts()
        return group > self._group or (machine_too and machine > self._machine)

    def _counts(self) -> tuple[int, int]:
        return sum(map(_counter, self._files)), _counter('/proc/vmstat')


def _counter(file: str) -> int:
    try:
        for line in Path(file).read_text().splitlines():
            if line.startswith('oom_kill '):
                return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def list_output(folder: Path, output: dict) -> dict:
    """Counts an output's regular files; anything else is refused by name, since no store could give it back."""
    files = size = 0
    top = folder / output['path']
    if top.is_file() and not top.is_symlink():
        raise Bad(f'the job made a file of its output {output["name"]!r} ({output["path"]}), which is a folder')
    for path, kind in walk(top):
        name = os.path.relpath(path, folder)
        if not stat.S_ISREG(kind.st_mode):
            what = {stat.S_IFLNK: 'a symbolic link', stat.S_IFIFO: 'a FIFO', stat.S_IFSOCK: 'a socket'}
            raise Bad(
                f'{name!r} is {what.get(stat.S_IFMT(kind.st_mode), "a device")}; outputs are made of regular files'
            )
        files += 1
        size += kind.st_size
    if files == 0:
        raise Bad(f'the job ended well but wrote nothing into its output {output["name"]!r} ({output["path"]}/)')
    return {'name': output['name'], 'path': output['path'], 'files': files, 'bytes': size}


def walk(path: Path):
    if not path.is_dir() or path.is_symlink():
        if os.path.lexists(path):
            yield path, os.lstat(path)
        return
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))
        else:
            yield Path(entry.path), entry.stat(follow_symlinks=False)


def refuse_strangers(folder: Path, outputs: list[dict]) -> None:
    declared = {output['path'] for output in outputs}
    for entry in sorted((folder / 'out').iterdir()):
        if f'out/{entry.name}' not in declared:
            raise Bad(
                f'the job wrote {"out/" + entry.name!r}, which is none of its outputs ({", ".join(sorted(declared))})'
            )


def peak_memory() -> int:
    """Bytes of the largest process that the trainer was or started (getrusage counts KiB on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == 'darwin' else peak * 1024


def installed() -> dict[str, str]:
    """What really ran, for the manifest: the lock says what might."""
    import importlib.metadata  # here, since it takes longer to import than the rest of the launcher

    packages = {each.metadata['Name']: each.version for each in importlib.metadata.distributions()}
    return {'python': platform.python_version(), **dict(sorted(packages.items()))}


def write_last(folder: Path, result: dict) -> None:
    """Whole or not at all, also when the power goes: written, flushed, renamed, and the folder flushed."""
    partial = folder / 'result.json.partial'
    with open(partial, 'w', encoding='utf-8') as file:
        file.write(json.dumps(result, ensure_ascii=False) + '\n')
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, folder / 'result.json')
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


if __name__ == '__main__':
    if '--secrets-from-stdin' in sys.argv[2:]:
        # A container's variables are told to everybody who inspects it; a line of its input is read once.
        os.environ.update(json.loads(sys.stdin.readline() or '{}'))
    sys.exit(main(Path(sys.argv[1]).resolve()))
