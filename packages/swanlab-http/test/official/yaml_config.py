"""PyYAML on both sides: `yaml_config.py load FILE` prints JSON, `yaml_config.py dump FILE` reads JSON from standard input."""

import json
import pathlib
import sys

import yaml


def main():
    command, path = sys.argv[1:]
    if command == "load":
        print(json.dumps(yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))))
        return
    text = yaml.safe_dump(json.load(sys.stdin), allow_unicode=True, default_flow_style=False)
    pathlib.Path(path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
