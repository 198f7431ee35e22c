"""Parses every record of a log with the official descriptors and prints it as one line of JSON: `records.py FILE`."""

import json
import sys

from google.protobuf.json_format import MessageToDict
from swanlab.proto.swanlab.record.v1.record_pb2 import Record
from swanlab.sdk.internal.core_python.store import DataStoreReader


def main():
    reader = DataStoreReader()
    reader.open(sys.argv[1])
    for payload in reader:
        record = Record()
        record.ParseFromString(payload)
        print(json.dumps(MessageToDict(record, preserving_proto_field_name=True)))


if __name__ == "__main__":
    main()
