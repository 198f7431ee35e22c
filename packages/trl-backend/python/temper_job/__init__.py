"""The seam between a Python stage and Temper: what a `run.py` imports.

A job is a folder. This package reads its `request.json`, hands the stage its params,
inputs and output folders, and carries what the stage has to say back: events as they happen, a reason when it fails.
It uses the standard library only, so that a stage decides for itself when to pay for the imports of a heavy library.

    from temper_job import Job, JobError, run

    def main(job: Job) -> None:
        rows = job.input('rows') / 'rows.jsonl'
        ...

    if __name__ == '__main__':
        run(main)
"""

from ._errors import JobError
from ._files import read_json, read_rows, write_json, write_rows
from ._job import Job
from ._run import run

__all__ = ['Job', 'JobError', 'read_json', 'read_rows', 'run', 'write_json', 'write_rows']
