"""The launcher, tried with jobs that a test holds in its hand."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LAUNCHER = PACKAGE / 'launcher.py'


class Job:
    """A job folder around a script; `hello` is a FIFO by which the script says that it has come so far."""

    def __init__(self, folder: Path, script: str, **request: object) -> None:
        self.folder = folder
        (self.folder / 'code').mkdir()
        (self.folder / 'code/run.py').write_text(script, encoding='utf-8')
        os.mkfifo(self.folder / 'hello')
        request = {
            'v': 1,
            'jobId': 'job',
            'attempt': 3,
            'entry': 'code/run.py',
            'roots': [str(PACKAGE / 'python')],
            'params': {},
            'inputs': [],
            'externals': [],
            'outputs': [{'name': 'model', 'path': 'out/model'}],
            'resources': {'gpus': 0, 'memory': None, 'seconds': None},
            'checkpoint': {'path': 'checkpoint', 'resume': True},
            'graceSeconds': 30,
            'heartbeatSeconds': 10,
            **request,
        }
        (self.folder / 'request.json').write_text(json.dumps(request), encoding='utf-8')

    def start(self, **environment: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, LAUNCHER, self.folder], env={**os.environ, **environment})

    def run(self, **environment: str) -> dict:
        self.start(**environment).wait()
        return self.result()

    def hello(self) -> str:
        """Waits until the script has opened the FIFO, and returns what it says."""
        return (self.folder / 'hello').read_text(encoding='utf-8')

    def result(self) -> dict:
        return json.loads((self.folder / 'result.json').read_text(encoding='utf-8'))


WRITES = "from pathlib import Path\nPath('out/model').mkdir()\nPath('out/model/a.bin').write_bytes(b'12345')\n"
HELLO = "open('hello', 'w').write(str(os.getpid()))\n"


class LauncherTest(unittest.TestCase):
    def job(self, script: str, **request: object) -> Job:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        return Job(Path(holder.name).resolve(), script, **request)


class Endings(LauncherTest):
    def test_a_job_that_ends_well_has_its_outputs_listed(self) -> None:
        result = self.job(WRITES).run()
        self.assertEqual(result['outcome'], 'succeeded')
        self.assertEqual(result['outputs'], [{'name': 'model', 'path': 'out/model', 'files': 1, 'bytes': 5}])
        self.assertEqual((result['v'], result['jobId'], result['attempt'], result['reason']), (1, 'job', 3, None))
        self.assertGreater(result['peakMemory'], 1_000_000)

    def test_exit_codes_pass_through(self) -> None:
        for code, reason in ((1, 'code'), (2, 'could-not-start'), (130, 'code')):
            job = self.job(f'raise SystemExit({code})')
            self.assertEqual(job.start().wait(), code)
            self.assertEqual(
                (job.result()['outcome'], job.result()['reason'], job.result()['exitCode']), ('failed', reason, code)
            )

    def test_the_reason_that_a_job_gives_is_kept(self) -> None:
        script = "def main(job): raise JobError('bad-input', 'row 3 is bad', 'mend it')\nrun(main)"
        script = 'from temper_job import JobError, run\n' + script
        result = self.job(script).run()
        self.assertEqual(
            (result['reason'], result['message'], result['hint']), ('bad-input', 'row 3 is bad', 'mend it')
        )

    def test_an_exception_is_reported_with_its_place(self) -> None:
        result = self.job('from temper_job import run\ndef main(job):\n    return 1 / 0\nrun(main)').run()
        self.assertEqual(
            (result['reason'], result['message']), ('code', 'ZeroDivisionError: division by zero (run.py:3)')
        )

    def test_an_exception_while_a_module_is_loaded_is_reported_with_its_place(self) -> None:
        read = "(Path(__file__).parent / 'words.txt').read_text()"
        for lines, message, hint in (
            (f'from pathlib import Path\n{read}', 'the stage read a/words.txt, which it does not', './words.txt'),
            ("import importlib\nimportlib.import_module('hid' + 'den')", 'there is no module hidden', 'literal names'),
            ('\n{}[7]', 'KeyError: 7', ''),
            ('\ndef (', 'SyntaxError: ', ''),
            ("\ntry:\n  {}[7]\nexcept KeyError:\n  assert None, 'no\\nthing'", '', ''),
        ):
            with self.subTest(lines):
                job = self.job('', entry='code/a/run.py')
                (job.folder / 'code/a').mkdir()
                (job.folder / 'code/a/run.py').write_text('import helper\n')
                (job.folder / 'code/a/helper.py').write_text(lines)
                result = job.run()
                self.assertIn(hint, result.get('hint', ''))
                if message:
                    self.assertRegex(result['message'], rf'^{message}.*\(a/helper.py:\d\)$')
                else:
                    self.assertEqual(result['message'], 'the job ended with exit code 1 and gave no reason')

    def test_a_traceback_that_a_job_went_on_after_is_not_why_it_ended(self) -> None:
        logged = 'import traceback\ntry:\n    {}[7]\nexcept KeyError:\n    traceback.print_exc()\n'
        went_on = f"{logged}import sys\nprint('going on', file=sys.stderr)\nraise SystemExit(1)"
        for script in (went_on, 'raise SystemExit(1)'):
            job = self.job(script)
            (job.folder / 'log').mkdir()
            (job.folder / 'log/err').write_text('Traceback (most recent call last):\n  File "a", line 1\nKeyError: 7\n')
            self.assertEqual(job.run()['message'], 'the job ended with exit code 1 and gave no reason')

    def test_a_failure_file_that_does_not_parse_is_ignored(self) -> None:
        result = self.job("open('failure.json', 'w').write('{\"reason\": 7')\nraise SystemExit(1)").run()
        self.assertEqual(
            (result['reason'], result['message']), ('code', 'the job ended with exit code 1 and gave no reason')
        )

    def test_a_job_killed_by_somebody_else_says_by_which_signal(self) -> None:
        result = self.job('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)').run()
        self.assertEqual((result['reason'], result['signal'], result['exitCode']), ('code', 'SIGKILL', 137))

    def test_75_without_anybody_asking_is_a_preemption(self) -> None:
        result = self.job("open('checkpoint/state', 'w').close()\nraise SystemExit(75)").run()
        self.assertEqual(
            (result['outcome'], result['reason'], result['checkpoint']),
            ('interrupted', 'preempted', {'path': 'checkpoint'}),
        )

    def test_a_missing_entry_could_not_start(self) -> None:
        result = self.job('', entry='code/gone.py').run()
        self.assertEqual(result['reason'], 'could-not-start')
        self.assertIn('code/gone.py', result['message'])

    def test_every_reason_of_the_contract_is_passed_on(self) -> None:
        for reason in ('bad-input', 'user-error', 'gate', 'no-space', 'gpu-out-of-memory', 'could-not-start'):
            words = json.dumps({'reason': reason, 'message': 'told'})
            job = self.job(f"open('failure.json', 'w').write({words!r})\nraise SystemExit(1)")
            self.assertEqual(job.run()['reason'], reason)

    def test_words_of_an_earlier_attempt_are_not_believed(self) -> None:
        job = self.job('raise SystemExit(1)')
        (job.folder / 'failure.json').write_text('{"reason": "bad-input", "message": "old"}')
        self.assertEqual(job.run()['reason'], 'code')


class Stopping(LauncherTest):
    POLITE = (
        'import os, time\nfrom temper_job import JobError, run\n'
        'def main(job):\n    job.interrupted\n    ' + HELLO + '    while not job.interrupted: time.sleep(0.01)\n'
        '    open(job.checkpoint_folder / "state", "w").close()\n'
        '    raise JobError("interrupted", "saved step 7")\nrun(main)'
    )

    def test_the_cancel_file_lets_a_polite_job_save(self) -> None:
        job = self.job(self.POLITE)
        launcher = job.start()
        job.hello()
        (job.folder / 'cancel').touch()
        self.assertEqual(launcher.wait(), 75)
        result = job.result()
        self.assertEqual(
            (result['outcome'], result['reason'], result['message']), ('interrupted', 'cancelled', 'saved step 7')
        )
        self.assertEqual(result['checkpoint'], {'path': 'checkpoint'})

    def test_a_signal_without_the_file_is_a_machine_that_is_taken_back(self) -> None:
        job = self.job(self.POLITE)
        launcher = job.start()
        job.hello()
        launcher.terminate()
        self.assertEqual(launcher.wait(), 75)
        self.assertEqual(job.result()['reason'], 'preempted')

    def test_a_number_in_the_cancel_file_shortens_the_grace(self) -> None:
        script = (
            "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen('hello', 'w').write('0')\n"
            'while True: signal.pause()\n'
        )
        job = self.job(script, graceSeconds=3600)
        launcher = job.start()
        job.hello()
        (job.folder / 'cancel').write_text('0')
        launcher.wait()
        self.assertEqual((job.result()['reason'], job.result()['signal']), ('cancelled', 'SIGKILL'))

    def test_a_job_that_has_nothing_to_save_yet_ends_at_once(self) -> None:
        job = self.job(
            'import os, signal\nfrom temper_job import run\ndef main(job):\n    '
            + HELLO
            + '    signal.pause()\nrun(main)'
        )
        launcher = job.start()
        job.hello()
        launcher.terminate()
        launcher.wait()
        result = job.result()
        self.assertEqual(
            (result['outcome'], result['signal'], result['reason']), ('interrupted', 'SIGTERM', 'preempted')
        )

    def test_a_job_that_ignores_the_signal_is_killed_with_its_children(self) -> None:
        script = (
            'import os, signal, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n'
            'child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])\n'
            "open('hello', 'w').write(str(child.pid))\nsignal.pause()\n"
        )
        job = self.job(script, graceSeconds=0.2)
        launcher = job.start()
        child = int(job.hello())
        launcher.terminate()
        launcher.wait()
        self.assertEqual((job.result()['outcome'], job.result()['signal']), ('interrupted', 'SIGKILL'))
        self.assertTrue(is_gone(child))

    def test_children_that_outlive_a_job_that_ended_well_are_ended(self) -> None:
        script = WRITES + (
            'import subprocess, sys\n'
            'child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])\n'
            "Path('out/model/pid').write_text(str(child.pid))\n"
        )
        job = self.job(script)
        self.assertEqual(job.run()['outcome'], 'succeeded')
        self.assertTrue(is_gone(int((job.folder / 'out/model/pid').read_text())))

    def test_the_time_limit_is_a_failure_of_its_own(self) -> None:
        job = self.job('import signal\nsignal.pause()', resources={'gpus': 0, 'memory': None, 'seconds': 0.1})
        result = job.run()
        self.assertEqual((result['outcome'], result['reason']), ('failed', 'timeout'))
        self.assertEqual(result['message'], 'the time limit of 0.1 s is over')


class Outputs(LauncherTest):
    def message(self, script: str) -> str:
        result = self.job(WRITES + 'import os\n' + script).run()
        self.assertEqual((result['outcome'], result['reason'], result['outputs']), ('failed', 'code', []))
        return result['message']

    def test_an_output_that_was_not_written_is_named(self) -> None:
        self.assertIn("nothing into its output 'model'", self.job('pass').run()['message'])

    def test_what_is_no_regular_file_is_refused_by_name(self) -> None:
        self.assertIn("'out/model/link' is a symbolic link", self.message("os.symlink('/etc', 'out/model/link')"))
        self.assertIn("'out/model/pipe' is a FIFO", self.message("os.mkfifo('out/model/pipe')"))
        self.assertIn(r"'out/model/a\nb' is a symbolic link", self.message(r"os.symlink('/etc', 'out/model/a\nb')"))

    def test_an_output_that_is_a_link_to_a_folder_is_refused(self) -> None:
        self.assertIn(
            "'out/model' is a symbolic link", self.job("import os\nos.symlink('/etc', 'out/model')").run()['message']
        )

    def test_an_undeclared_output_is_named(self) -> None:
        self.assertIn("'out/extra', which is none of its outputs (out/model)", self.message("os.mkdir('out/extra')"))


class Surroundings(LauncherTest):
    def test_a_job_sees_fixed_and_listed_variables_and_no_others(self) -> None:
        script = WRITES + "import os, json\nPath('out/model/env').write_text(json.dumps(dict(os.environ)))"
        job = self.job(script, environment={'LISTED': 'a b'}, secretNames=['TOKEN', 'ABSENT'])
        job.run(TOKEN='secret', SECRET='not for you', TZ='Asia/Shanghai')
        seen = json.loads((job.folder / 'out/model/env').read_text())
        self.assertEqual(
            (seen['LISTED'], seen['TOKEN'], seen['TZ'], seen['CUDA_VISIBLE_DEVICES']), ('a b', 'secret', 'UTC', '')
        )
        self.assertEqual((seen['TEMPER_JOB'], seen['TMPDIR']), (str(job.folder), str(job.folder / 'tmp')))
        self.assertNotIn('SECRET', seen)
        self.assertNotIn('ABSENT', seen)

    def test_what_a_job_prints_is_kept_as_bytes(self) -> None:
        job = self.job(WRITES + "import sys\nsys.stdout.buffer.write(b'\\xff\\n')\nsys.stderr.write('oh')")
        job.run()
        self.assertEqual(
            ((job.folder / 'log/out').read_bytes(), (job.folder / 'log/err').read_bytes()), (b'\xff\n', b'oh')
        )

    def test_the_heartbeat_beats(self) -> None:
        job = self.job(WRITES)
        job.run()
        self.assertTrue((job.folder / 'heartbeat').exists())


class Memory(unittest.TestCase):
    def setUp(self) -> None:
        spec = importlib.util.spec_from_file_location('launcher', LAUNCHER)
        self.launcher = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.launcher)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.events = self.folder / 'memory.events'
        self.events.write_text('oom 3\noom_kill 1\n')

    def verdict(self, code: int, killed: bool, told: 'dict | None' = None) -> dict:
        kills = self.launcher.OomKills()
        kills._files, kills._group = [str(self.events)], 1
        if killed:
            self.events.write_text('oom 4\noom_kill 2\n')
        if told:
            (self.folder / 'failure.json').write_text(json.dumps(told))
        return self.launcher.judge(code, self.folder, {'resources': {}}, self.launcher.Ending(), kills, 0)

    def test_a_kill_that_the_control_group_counts_is_want_of_memory(self) -> None:
        self.assertEqual(self.verdict(-signal.SIGKILL, True)['reason'], 'out-of-memory')

    def test_the_limit_that_was_too_low_is_named_with_the_key_that_raises_it(self) -> None:
        told = self.launcher.want_of_memory(3 * 2**29)
        self.assertRegex(told['message'], r'; its largest process had \d\.\d\d GiB of 1\.50 GiB$')
        self.assertIn('raise `container.memory`', told['hint'])
        self.assertIn('a machine with more memory', self.launcher.want_of_memory(None)['hint'])

    def test_a_kill_that_nobody_counts_is_not(self) -> None:
        self.assertEqual(self.verdict(-signal.SIGKILL, False)['reason'], 'code')

    def test_a_helper_that_was_killed_for_memory_explains_the_crash_after_it(self) -> None:
        self.assertEqual(self.verdict(1, True, {'reason': 'code', 'message': 'worker died'})['reason'], 'out-of-memory')

    def test_bad_input_stays_bad_input_whatever_the_counter_says(self) -> None:
        self.assertEqual(self.verdict(1, True, {'reason': 'bad-input', 'message': 'row 3'})['reason'], 'bad-input')


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    # Whoever inherited it may not have looked yet; a zombie runs no more.
    return Path(f'/proc/{process}/stat').read_text().split(') ')[1][0] == 'Z'


if __name__ == '__main__':
    unittest.main()
