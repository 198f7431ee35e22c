"""Safetensors files as bytes: where each tensor lies, without loading any. Standard library only.

A file is a length (8 bytes, little-endian), a JSON header of that length, and the data that the header's offsets point
into: https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from temper_job import JobError

#: The limit of the reference implementation.
HEADER_BYTES = 100_000_000

SIZES = {
    'F64': 8,
    'I64': 8,
    'U64': 8,
    'F32': 4,
    'I32': 4,
    'U32': 4,
    'F16': 2,
    'BF16': 2,
    'I16': 2,
    'U16': 2,
    'I8': 1,
    'U8': 1,
    'BOOL': 1,
    'F8_E4M3': 1,
    'F8_E5M2': 1,
}


@dataclass(frozen=True)
class TensorPlace:
    """One tensor of a file: `start` and `size` are bytes, counted from the beginning of the file."""

    file: Path
    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int

    def read(self) -> bytearray:
        """The tensor's bytes."""
        data = bytearray(self.size)
        with self.file.open('rb') as file:
            file.seek(self.start)
            if file.readinto(data) != self.size:
                raise JobError('bad-input', f'{self.file.name} ends inside {self.name}')
        return data

    def write(self, data: bytes | bytearray | memoryview, file: Path) -> None:
        """Overwrites this tensor's bytes in `file`, a copy of the file that it was found in."""
        if len(data) != self.size:
            raise ValueError(f'{self.name} takes {self.size} bytes, not {len(data)}')
        with file.open('r+b') as target:
            target.seek(self.start)
            target.write(data)


def read_places(file: Path) -> Iterator[TensorPlace]:
    """The tensors of a safetensors file; `bad-input` when its header does not describe what follows it."""
    total = os.path.getsize(file)
    with file.open('rb') as source:
        head = source.read(8)
        length = struct.unpack('<Q', head)[0] if len(head) == 8 else 0
        if not 2 <= length <= min(HEADER_BYTES, total - 8):
            raise JobError(
                'bad-input', f'{file.name} is no safetensors file: its header would be {length} of {total} bytes'
            )
        try:
            header = json.loads(source.read(length))
        except ValueError as error:
            raise JobError('bad-input', f'the header of {file.name} is not JSON: {error}') from error
    begin = 8 + length
    for name, entry in header.items():
        if name == '__metadata__':
            continue
        start, end = entry['data_offsets']
        size = SIZES.get(entry['dtype'], 0)
        for dimension in entry['shape']:
            size *= dimension
        if end - start != size or start < 0 or begin + end > total:
            raise JobError('bad-input', f'{file.name}: {name} does not lie where the header says, the file may be cut')
        yield TensorPlace(file, name, entry['dtype'], tuple(entry['shape']), begin + start, size)


def find_tensors(folder: Path) -> dict[str, TensorPlace]:
    """Every tensor of a model's folder by name, whether it is one file or shards with an index."""
    index = folder / 'model.safetensors.index.json'
    if not index.exists():
        if not (folder / 'model.safetensors').exists():
            raise JobError('bad-input', 'the weights have neither model.safetensors nor model.safetensors.index.json')
        return {place.name: place for place in read_places(folder / 'model.safetensors')}
    shard_of = json.loads(index.read_text(encoding='utf-8'))['weight_map']
    found: dict[str, TensorPlace] = {}
    for shard in sorted(set(shard_of.values())):
        if not (folder / shard).exists():
            raise JobError('bad-input', f'the index names {shard}, but the weights do not have it')
        found.update({place.name: place for place in read_places(folder / shard) if shard_of.get(place.name) == shard})
    missing = sorted(set(shard_of) - set(found))
    if missing:
        raise JobError('bad-input', f'{len(missing)} tensors of the index are in no shard, the first is {missing[0]}')
    return found
