"""What a stage sees of its job, and what its events look like."""

import errno
import json
import math
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'python'))

from temper_job import Job, JobError, read_rows, write_json, write_rows  # noqa: E402
from temper_job._run import _explain  # noqa: E402
from temper_job._undeclared import explain_undeclared  # noqa: E402

REQUEST = {
    'v': 1,
    'params': {'maxLength': 8},
    'inputs': [
        {'name': 'rows', 'digest': 'd1', 'path': 'in/rows'},
        {'name': 'evaluations', 'digest': 'd2', 'path': 'in/evaluations-0'},
        {'name': 'evaluations', 'digest': 'd3', 'path': 'in/evaluations-1'},
    ],
    'externals': [{'path': 'data/a.json', 'at': 'in/external/0/a.json'}, {'hub': {}, 'digest': 'x'}],
    'outputs': [{'name': 'model', 'path': 'out/model'}],
    'resources': {'gpus': 0},
    'checkpoint': {'path': 'checkpoint', 'resume': False},
}


class JobTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        write_json(self.folder / 'request.json', REQUEST)
        self.job = Job(self.folder)

    def events(self) -> list:
        return [json.loads(line) for line in (self.folder / 'events.jsonl').read_bytes().splitlines()]

    def test_inputs_are_folders_by_name(self) -> None:
        self.assertEqual(self.job.input('rows'), self.folder / 'in/rows')
        self.assertEqual([path.name for path in self.job.inputs('evaluations')], ['evaluations-0', 'evaluations-1'])
        self.assertIsNone(self.job.optional_input('adapter'))
        self.assertEqual(self.job.digest('evaluations'), 'd2')
        with self.assertRaisesRegex(KeyError, "no input 'adapter'"):
            self.job.input('adapter')

    def test_externals_are_found_by_the_path_that_the_params_name(self) -> None:
        self.assertEqual(self.job.external('data/a.json'), self.folder / 'in/external/0/a.json')
        self.assertEqual(self.job.externals(), [self.folder / 'in/external/0/a.json'])

    def test_outputs_are_made_when_asked_for(self) -> None:
        self.assertTrue(self.job.output('model').is_dir())
        with self.assertRaisesRegex(KeyError, "no output 'extra'"):
            self.job.output('extra')

    def test_an_unknown_version_of_the_request_is_refused(self) -> None:
        write_json(self.folder / 'request.json', {**REQUEST, 'v': 2})
        with self.assertRaisesRegex(ValueError, 'version 2, expected 1'):
            Job(self.folder)

    def test_numbers_that_json_cannot_hold_become_null(self) -> None:
        self.job.progress(1, 2, loss=math.nan, gradNorm=math.inf, tokens=3)
        (event,) = self.events()
        self.assertEqual(event['metrics'], {'loss': None, 'gradNorm': None, 'tokens': 3})
        self.assertRegex(event['t'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$')

    def test_a_later_attempt_goes_on_counting(self) -> None:
        self.job.phase('one')
        Job(self.folder).phase('two')
        self.assertEqual([event['seq'] for event in self.events()], [1, 2])

    def test_a_line_stays_within_64_kib_and_is_cut_at_a_character(self) -> None:
        self.job.text('answer', 1, '汉' * 100_000, caption='说')
        (line,) = (self.folder / 'events.jsonl').read_bytes().splitlines(keepends=True)
        self.assertLessEqual(len(line), 64 * 1024)
        self.assertTrue(json.loads(line)['content'].endswith('汉…'))

    def test_events_that_cannot_be_written_do_not_stop_a_job(self) -> None:
        (self.folder / 'events.jsonl').mkdir()
        self.job.phase('loading')

    def test_the_cancel_file_is_an_interruption(self) -> None:
        self.assertFalse(self.job.interrupted)
        (self.folder / 'cancel').touch()
        self.assertTrue(self.job.interrupted)

    def test_only_the_first_of_several_processes_speaks(self) -> None:
        os.environ['RANK'] = '1'
        self.addCleanup(os.environ.pop, 'RANK')
        Job(self.folder).phase('training')
        self.assertFalse((self.folder / 'events.jsonl').exists())


class EndingTest(unittest.TestCase):
    def test_a_full_disk_is_told_apart_from_a_mistake(self) -> None:
        for number in (errno.ENOSPC, errno.EDQUOT):
            reason, message, hint = _explain(OSError(number, os.strerror(number)))
            self.assertEqual(reason, 'no-space')
            self.assertIn('the disk is full', message)
            self.assertIn('free some space', hint or '')


class UndeclaredTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def explain(self, path: str) -> tuple[str, str] | None:
        try:
            (self.folder / path).read_text()
        except OSError as error:
            return explain_undeclared(error, self.folder, 'code/stages/train/run.py')
        self.fail(f'{path} is there')

    def test_a_file_of_the_stage_is_named_with_what_declares_it(self) -> None:
        sentence, hint = self.explain('code/stages/train/words/a.txt') or ('', '')
        self.assertEqual(sentence, 'the stage read stages/train/words/a.txt, which it does not declare')
        self.assertEqual(hint, "declare it in stages/train/stage.ts: files: ['./words/a.txt']")

    def test_a_file_of_another_folder_is_named_as_it_is_seen_from_the_stage(self) -> None:
        _, hint = self.explain('code/stages/kinds/rows.json') or ('', '')
        self.assertEqual(hint, "declare it in stages/train/stage.ts: files: ['../kinds/rows.json']")

    def test_a_path_of_the_workspace_is_named(self) -> None:
        sentence, _ = self.explain('data/rows.json') or ('', '')
        self.assertEqual(sentence, 'the stage read data/rows.json, which it does not declare')

    def test_what_is_missing_in_an_input_or_outside_is_told_as_it_was_raised(self) -> None:
        self.assertIsNone(self.explain('in/rows/other.jsonl'))
        self.assertIsNone(self.explain('/nowhere/at/all'))

    def test_a_module_that_is_not_there_is_named(self) -> None:
        try:
            __import__('stages_train_other')
        except ModuleNotFoundError as error:
            sentence, _ = explain_undeclared(error, self.folder, 'code/run.py') or ('', '')
            self.assertEqual(sentence, 'there is no module stages_train_other')


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.path = Path(holder.name) / 'rows.jsonl'

    def test_rows_come_back_as_they_were(self) -> None:
        rows = [{'b': 1, 'a': '中\u2028x'}, {}]
        self.assertEqual(write_rows(self.path, rows), 2)
        self.assertEqual(list(read_rows(self.path)), rows)
        self.assertIn('中', self.path.read_text(encoding='utf-8'))

    def test_a_bad_row_is_named_by_its_line(self) -> None:
        self.path.write_text('{}\n[1]\n')
        with self.assertRaisesRegex(JobError, 'rows.jsonl:2 holds list, expected an object'):
            list(read_rows(self.path))

    def test_an_unknown_reason_is_a_mistake_of_the_stage(self) -> None:
        with self.assertRaisesRegex(ValueError, "unknown reason 'oops'"):
            JobError('oops', 'x')


if __name__ == '__main__':
    unittest.main()
