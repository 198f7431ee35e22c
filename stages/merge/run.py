"""Merges a LoRA adapter into its base, with bytes equal to those of PEFT's own merge.

The merged model is then held against base and adapter kept apart, by the logits of a few prompts.
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

from temper_job import Job, JobError, read_json, run, write_json


def main(job: Job) -> None:
    base, adapter, output = job.input('weights'), job.input('adapter'), job.output('model')
    job.phase('loading the libraries')
    from card import model_card
    from temper_trl.adapter import check_adapter, check_base, read_config

    check_base(adapter, job.digest('weights'))
    check_adapter(adapter)
    config = read_config(adapter)
    prompts = prompts_to_compare(job)
    way, logits = merge(job, base, adapter, output, config, prompts)
    # After the merge, which may have written configurations of its own: the base's are the ones that count.
    copy_companions(base, job.input('tokenizer'), output)
    facts = {
        'base': job.digest('weights'),
        'adapter': job.digest('adapter'),
        'tokenizer': job.digest('tokenizer'),
        **way,
        **({'logits': logits} if prompts else {}),
    }
    write_json(output / 'merge.json', facts)
    (output / 'README.md').write_text(model_card(facts, config, read_json(base / 'config.json')), encoding='utf-8')


def prompts_to_compare(job: Job) -> list[list[int]]:
    """The ids of the prompts whose logits are compared."""
    from temper_trl.generation import prompt_ids
    from temper_trl.model import load_tokenizer

    tokenizer = load_tokenizer(job.input('tokenizer'))
    return [prompt_ids(tokenizer, prompt) for prompt in job.params['verify']['prompts']]


def merge(
    job: Job, base: Path, adapter: Path, output: Path, config: dict[str, Any], prompts: list[list[int]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Merges; returns how, and how far the logits are from those of base and adapter apart."""
    from streaming import apply_updates, copy_files
    from temper_trl.tensor_file import find_tensors
    from updates import needs_whole_model, open_adapter, plan_updates
    from verification import added_by, logits_of, merged_in_memory, rounding_of

    tied = bool(read_json(base / 'config.json').get('tie_word_embeddings', False))
    with open_adapter(adapter) as tensors:
        reason = needs_whole_model(config, tensors.names, tied)
        if reason is not None:
            from whole_model import merge_whole_model

            job.warning('whole-model', f'merged by PEFT with the whole model in memory, because of {reason}')
            apart, merged = merge_whole_model(base, adapter, output, prompts)
            return {'way': 'whole-model', 'because': reason}, compare(job, apart, merged)
        places = find_tensors(base)
        updates = plan_updates(config, tensors.names, places)
        job.phase('copying the base')
        copy_files(base, output)
        job.phase('merging')
        written = apply_updates(updates, tensors, output, lambda done: job.progress(done, len(updates)))
        job.phase('comparing logits')
        apart = logits_of(base, places, prompts, added_by(updates, tensors))
        rounded = logits_of(base, places, prompts, merged_in_memory(updates, tensors, places))
        merged = logits_of(base, find_tensors(output), prompts)
        logits = compare(job, apart, merged, rounded, rounding_of(updates))
        return {'way': 'streaming', 'tensors': len(updates), 'bytesWritten': written}, logits


def copy_companions(base: Path, tokenizer: Path, output: Path) -> None:
    """Configurations from the base, tokenizer and template from the tokenizer: nothing from a training folder."""
    for source in sorted(base.glob('*.json')):
        if not source.name.endswith('.index.json'):
            shutil.copyfile(source, output / source.name)
    for source in sorted(path for path in tokenizer.iterdir() if path.is_file()):
        shutil.copyfile(source, output / source.name)


def compare(
    job: Job,
    apart: list[Any],
    merged: list[Any],
    rounded: list[Any] | None = None,
    rounding: tuple[float, float] = (math.inf, math.inf),
) -> dict[str, Any]:
    """How far apart the logits are; fails where rounding does not explain it.

    `rounded` are the logits of the same merge done in memory: the files must be as far from base + adapter as that, and
    no farther.
    """
    from verification import largest_difference

    if not apart:
        return {}
    logits = {'prompts': len(apart), **largest_difference(apart, merged)}
    share = min(job.params['verify']['tolerance'], rounding[1])
    if rounded is not None:
        logits['beyondRounding'] = largest_difference(rounded, merged)['largest']
    logits['allowed'] = share * logits['largestLogit']
    beyond = logits.get('beyondRounding', 0.0)
    if not (logits['largest'] <= logits['allowed'] and beyond <= rounding[0] * logits['largestLogit']):
        raise JobError(
            'code',
            f'the merged model computes something else than base and adapter: logits differ by {logits["largest"]:.4g} '
            f'({beyond:.4g} of it beyond rounding) where the largest is {logits["largestLogit"]:.4g}',
            f'{logits["allowed"]:.4g} is allowed, {share:.2g} of the largest logit, and nothing beyond rounding',
        )
    return logits


if __name__ == '__main__':
    run(main)
