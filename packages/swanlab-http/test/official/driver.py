"""Does with the official client what a scenario says: `driver.py SCENARIO.json`."""

import json
import math
import pathlib
import sys

import swanlab

NUMBERS = {"$nan": math.nan, "$inf": math.inf, "$-inf": -math.inf}


def revive(value):
    if isinstance(value, str):
        return NUMBERS.get(value, value)
    if isinstance(value, dict):
        return {key: revive(item) for key, item in value.items()}
    return value


def init_arguments(given):
    names = {"jobType": "job_type", "name": "experiment_name", "logDir": "log_dir"}
    return {names.get(key, key): revive(value) for key, value in given.items()}


def perform(run, step):
    operation = step["op"]
    at = {"step": step["step"]} if "step" in step else {}
    if operation == "log":
        run.log(revive(step["data"]), **at)
    elif operation == "text":
        texts = [swanlab.Text(item["data"], caption=item.get("caption")) for item in step["items"]]
        run.log({step["key"]: texts if len(texts) > 1 else texts[0]}, **at)
    elif operation == "html":
        run.log({step["key"]: swanlab.Html(step["data"])})
    elif operation == "define":
        run.define_metric(step["key"], x_axis=step.get("xAxis"), section_name=step.get("sectionName"))
    elif operation == "config":
        run.config.update(step["values"])
    elif operation == "console":
        print(step["line"], flush=True)
    elif operation == "save":
        pathlib.Path(step["name"]).write_text(step["content"])
        run.save(step["name"])
    elif operation == "many":
        for value in range(step["count"]):
            run.log({step["key"]: value})


def main():
    job = json.loads(pathlib.Path(sys.argv[1]).read_text())
    run = swanlab.init(**init_arguments(job["init"]))
    for step in job["steps"]:
        perform(run, step)
    finish = job.get("finish") or {}
    run.finish(state=finish.get("state", "success"), error=finish.get("error"))


if __name__ == "__main__":
    main()
