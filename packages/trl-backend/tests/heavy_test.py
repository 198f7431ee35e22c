"""The two parts of a lock."""

import subprocess
import sys
import unittest
from pathlib import Path

ENVIRONMENTS = Path(__file__).resolve().parents[1] / 'environments'
LOCK = ENVIRONMENTS / 'trl/lock.txt'


def part(*options: str) -> str:
    return subprocess.run(
        [sys.executable, ENVIRONMENTS / 'heavy.py', LOCK, *options], capture_output=True, text=True, check=True
    ).stdout


class HeavyTest(unittest.TestCase):
    def test_the_parts_are_the_whole(self) -> None:
        self.assertEqual(sorted((part() + part('--rest')).splitlines()), sorted(LOCK.read_text().splitlines()))

    def test_every_package_keeps_its_hashes(self) -> None:
        for lines in (part(), part('--rest')):
            self.assertTrue(
                all(line.startswith('    --hash=sha256:') or line.endswith(' \\') for line in lines.splitlines())
            )

    def test_torch_and_what_nvidia_ships_are_heavy(self) -> None:
        names = {line.split('==')[0] for line in part().splitlines() if '==' in line}
        self.assertIn('torch', names)
        self.assertEqual({name for name in names if not name.startswith('nvidia-')}, {'torch', 'cuda-toolkit'})

    def test_the_lock_names_no_address(self) -> None:
        self.assertNotIn('://', LOCK.read_text())


if __name__ == '__main__':
    unittest.main()
