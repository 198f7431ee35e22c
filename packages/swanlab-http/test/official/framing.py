"""The official record log, both ways: `framing.py read FILE` prints sizes and digests, `framing.py write FILE SIZE...`."""

import hashlib
import sys

from swanlab.sdk.internal.core_python.store import DataStoreReader, DataStoreWriter


def content(index, size):
    return bytes((index * 31 + at) % 251 for at in range(size))


def main():
    command, path, *sizes = sys.argv[1:]
    if command == "write":
        writer = DataStoreWriter()
        writer.open(path)
        for index, size in enumerate(sizes):
            writer.write(content(index, int(size)))
        writer.close()
        return
    reader = DataStoreReader()
    reader.open(path)
    for record in reader:
        print(len(record), hashlib.sha256(record).hexdigest())


if __name__ == "__main__":
    main()
