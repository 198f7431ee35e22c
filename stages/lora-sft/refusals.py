"""What cannot work is said before the weights are loaded, or before the first step."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any

from temper_job import Job, JobError


def check_params(params: dict[str, Any], *, on_cpu: bool, has_test: bool) -> None:
    """Refuses params that contradict each other or what this machine offers."""
    training = params['training']
    if training['packing'] is not None and (on_cpu or training['attention'] != 'flash-attention-2'):
        raise JobError(
            'user-error',
            'packing needs FlashAttention: with other attention the rows packed together see each other',
            "set `training.packing` to null, or use a GPU and `training.attention: 'flash-attention-2'`",
        )
    if training['attention'] == 'flash-attention-2' and (on_cpu or find_spec('flash_attn') is None):
        where = 'a CPU does not have' if on_cpu else 'is not installed in this environment'
        raise JobError('user-error', f'FlashAttention {where}', "set `training.attention: 'sdpa'`")
    if training['quantization'] != 'none' and on_cpu:
        raise JobError('user-error', '4-bit weights need a GPU', "set `training.quantization: 'none'`")
    if (training['quantization'] != 'none' or '8bit' in training['optimizer']) and find_spec('bitsandbytes') is None:
        raise JobError(
            'user-error', '4-bit weights and 8-bit optimizers need bitsandbytes, which this environment lacks'
        )
    if params['launch']['strategy'] == 'zero2' and find_spec('deepspeed') is None:
        raise JobError(
            'user-error',
            'ZeRO-2 needs DeepSpeed, which this environment lacks',
            "set `launch.strategy: 'ddp'`: with LoRA there is little to share, some tens of MiB on a 9B model",
        )
    if params['launch']['strategy'] == 'zero2' and params['launch']['processes'] == 1:
        raise JobError(
            'user-error',
            'ZeRO-2 shares the optimizer among processes, and `launch.processes` is 1',
            "set `launch.processes` to the number of GPUs, or `launch.strategy: 'ddp'`",
        )
    if training['precision'] == 'fp16' and on_cpu:
        raise JobError('user-error', 'fp16 trains on a GPU only', "set `training.precision: 'fp32'`")
    if not has_test:
        for name, wanted in (
            ('evaluation.earlyStopping', params['evaluation']['earlyStopping'] is not None),
            ("checkpoints.select: 'best'", params['checkpoints']['select'] == 'best'),
        ):
            if wanted:
                raise JobError(
                    'user-error',
                    f'{name} needs an evaluation loss, but the step has no `test` input',
                    'pass the test tokens that `tokenize` makes',
                )


def check_targets(model: Any, lora: dict[str, Any]) -> None:
    """Refuses modules that the model does not have, that take no matrices, or that are named in both of the two ways.

    PEFT would leave the matrices out of a module that is trained in full, and say nothing where others are left.
    """
    import arguments
    import torch

    modules = {name: module for name, module in model.named_modules() if name}
    adaptable = {name for name, module in modules.items() if isinstance(module, (torch.nn.Linear, torch.nn.Embedding))}
    targets = arguments.linear_layers(model) if lora['targets'] == 'all-linear' else lora['targets']
    for param, names, known in (
        ('lora.targets', targets, adaptable),
        ('lora.modulesToSave', lora['modulesToSave'], modules),
    ):
        for name in names:
            if not _named(modules, name):
                _refuse_unknown(param, name, _last_parts(known))
    for name in targets:
        for path in _named(modules, name):
            if path not in adaptable:
                inside = _last_parts(each for each in adaptable if each.startswith(path + '.'))
                raise JobError(
                    'user-error',
                    f'`lora.targets` names {name!r}, which is a {type(modules[path]).__name__}: '
                    'LoRA adapts linear layers and embeddings',
                    f'name what lies in it: {", ".join(inside)}'
                    if inside
                    else 'name it in `lora.modulesToSave`, which trains it in full',
                )
    for saved in lora['modulesToSave']:
        for target in targets:
            if any(
                f'{path}.'.startswith(f'{holder}.')
                for holder in _named(modules, saved)
                for path in _named(modules, target)
            ):
                raise JobError(
                    'user-error',
                    f'`lora.modulesToSave` names {saved!r}, and `lora.targets` adapts {target!r} in it',
                    'name it in one of the two: what is trained in full needs no matrices',
                )


def _named(paths: Iterable[str], name: str) -> list[str]:
    """The modules that PEFT takes a name for: of this path, or with this last part of it."""
    return [path for path in paths if path == name or path.endswith('.' + name)]


def _last_parts(paths: Iterable[str]) -> list[str]:
    parts = {path.rpartition('.')[2] for path in paths}
    # Layers are numbered, and nobody names one by its number alone.
    return sorted(part for part in parts if not part.isdigit())


def _refuse_unknown(param: str, name: str, known: list[str]) -> None:
    (nearest,) = get_close_matches(name, known, n=1, cutoff=0.0)
    raise JobError(
        'user-error',
        f'`{param}` names {name!r}, which this model does not have',
        f'did you mean {nearest!r}? There are {", ".join(known)}',
    )


def warn_of_endless_warm_up(job: Job, training: dict[str, Any], of: int) -> None:
    """Says when the training ends before its warm-up does."""
    if training['warmup'] >= of:
        job.warning(
            'warm-up',
            f'the warm-up takes {training["warmup"]} steps and the training has {of}: '
            f'the learning rate never reaches {training["learningRate"]}',
        )
