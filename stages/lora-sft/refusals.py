"""What cannot work is said before the weights are loaded, or before the first step."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any

from temper_job import JobError


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
                raise JobError('user-error', f'{name} needs an evaluation loss, but the step has no `test` input')


def check_targets(model: Any, lora: dict[str, Any]) -> None:
    """Refuses a target module that the model does not have, and names the nearest that it has."""
    import torch

    linear = {
        name.rpartition('.')[2]
        for name, module in model.named_modules()
        if isinstance(module, (torch.nn.Linear, torch.nn.Embedding))
    }
    anything = {name.rpartition('.')[2] for name, _ in model.named_modules() if name}
    targets = [] if lora['targets'] == 'all-linear' else lora['targets']
    for param, names, known in (
        ('lora.targets', targets, linear),
        ('lora.modulesToSave', lora['modulesToSave'], anything),
    ):
        for name in names:
            if name in known or any(path == name or path.endswith('.' + name) for path, _ in model.named_modules()):
                continue
            nearest = get_close_matches(name, sorted(known), n=1, cutoff=0.0)
            raise JobError(
                'user-error',
                f'`{param}` names {name!r}, which this model does not have',
                f'did you mean {nearest[0]!r}? There are {", ".join(sorted(known))}',
            )
