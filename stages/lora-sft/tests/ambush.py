"""Jobs as real processes that are killed just before a call that a test names."""

from __future__ import annotations

import os

from rig import TrainingTest
from temper_trl.testing import JobFolder

#: Loaded by Python before anything else: ends the process by SIGKILL just before a call that the variable describes.
AMBUSH = """
import os, pathlib, signal
kind, _, word = os.environ['AMBUSH'].partition(':')
def ambush(original, hit):
    def call(*given, **named):
        if hit(*given):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)
    return call
if kind == 'rename':
    pathlib.Path.rename = ambush(pathlib.Path.rename, lambda path, *_: path.name == word)
if kind == 'write':
    manifest = lambda path, *_: path.name == 'checkpoint.json' and path.parent.name == word
    pathlib.Path.write_text = ambush(pathlib.Path.write_text, manifest)
"""


class AmbushTest(TrainingTest):
    """Puts the ambush on the path of the jobs that ask for it."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        ambush = cls.bench.folder / 'ambush'
        ambush.mkdir()
        (ambush / 'sitecustomize.py').write_text(AMBUSH, encoding='utf-8')

    def ambushed(self, job: JobFolder, where: str) -> int:
        """Runs the job into the ambush; returns the exit code."""
        path = os.pathsep.join([str(self.bench.folder / 'ambush'), str(job.root / 'code/packages/trl-backend/python')])
        return job.run(PYTHONPATH=path, AMBUSH=where)
