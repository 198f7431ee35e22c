"""Several processes that train together, started by the first and ended with it.

Each process finds its place in the variables that accelerate and torch.distributed read:
https://docs.pytorch.org/docs/stable/distributed.html#environment-variable-initialization
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from checkpoints import Checkpoints

from temper_job import Job, JobError

INTERRUPTED = 75


def start(job: Job, count: int) -> None:
    """Starts the processes, waits for all of them and exits as they did; returns in a process that is to train itself.

    What the first of them reported and wrote is the report of the job, so this one adds nothing to it.
    """
    if count == 1 or 'RANK' in os.environ:
        return
    if job.gpus and job.gpus < count:
        raise JobError('user-error', f'`launch.processes` is {count}, but the job was given {job.gpus} GPU(s)')
    (job.folder / 'failure.json').unlink(missing_ok=True)
    port = _free_port()
    workers = [
        subprocess.Popen([sys.executable, *sys.argv], env=_environment(rank, count, port)) for rank in range(count)
    ]

    def forward(number: int, _: Any) -> None:
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    sys.exit(_status(job, _wait(workers)))


def _environment(rank: int, count: int, port: int) -> dict[str, str]:
    place = {'RANK': rank, 'LOCAL_RANK': rank, 'WORLD_SIZE': count, 'LOCAL_WORLD_SIZE': count, 'MASTER_PORT': port}
    return {**os.environ, 'MASTER_ADDR': '127.0.0.1', **{name: str(value) for name, value in place.items()}}


def _wait(workers: list[subprocess.Popen[bytes]]) -> list[int | None]:
    """The exit codes; None for one that was still waiting for a process that had failed, and was ended for that."""
    while True:
        time.sleep(0.1)
        codes = [worker.poll() for worker in workers]
        failed = any(code not in (None, 0, INTERRUPTED, -signal.SIGTERM) for code in codes)
        if None not in codes or failed:
            break
    for worker in workers:
        if worker.poll() is None:
            worker.kill()
        worker.wait()
    return codes


def _status(job: Job, codes: list[int | None]) -> int:
    if all(code == 0 for code in codes):
        return 0
    if all(code in (0, INTERRUPTED) for code in codes):
        return INTERRUPTED
    if all(code in (0, INTERRUPTED, -signal.SIGTERM) for code in codes):
        # Asked to stop before there was anything to save.
        return 128 + signal.SIGTERM
    killed = next((rank for rank, code in enumerate(codes) if code is not None and code < 0), None)
    if killed is not None:
        # The others only know that it no longer answers.
        name = signal.Signals(-codes[killed]).name
        # Killed alone, the job itself would have no hint, and its runner gives this one.
        kept = Checkpoints(job.checkpoint_folder, processes=len(codes), resume=True).all()
        raise JobError(
            'code',
            f'process {killed} of {len(codes)} was ended by {name}',
            f'run again: it goes on from its checkpoint of step {kept[-1].step}' if kept else None,
        )
    return 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
