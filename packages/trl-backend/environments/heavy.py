"""Parts a lock in two for an image that is built in layers.

    python heavy.py trl/lock.txt > heavy.txt
    python heavy.py trl/lock.txt --rest > rest.txt

The heavy part is PyTorch and the CUDA libraries: nine tenths of the bytes, and the part that seldom changes. Its own
layer is downloaded once, however often the rest moves. Both parts keep the versions and hashes of the lock.
"""

import re
import sys
from pathlib import Path

HEAVY = re.compile(r'^(torch|nvidia-[a-z0-9-]+|cuda-toolkit)==')


def entries(lock: str) -> 'list[str]':
    """The lock's packages, each with the lines of its hashes."""
    return re.findall(r'^\S.*\n(?:[ \t].*\n)*', lock, re.MULTILINE)


def main() -> None:
    lock = Path(sys.argv[1]).read_text(encoding='utf-8')
    rest = '--rest' in sys.argv[2:]
    sys.stdout.write(''.join(entry for entry in entries(lock) if (HEAVY.match(entry) is None) == rest))


if __name__ == '__main__':
    main()
