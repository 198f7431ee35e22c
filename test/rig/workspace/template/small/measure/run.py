"""Measures numbers with a package of the environment."""

import json

import ruler
from temper_job import Job, run


def main(job: Job) -> None:
    rows = (job.input("numbers") / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    lengths = [ruler.length(json.loads(row)["n"]) for row in rows]
    (job.output("text") / "text.txt").write_text(f"{lengths}\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
