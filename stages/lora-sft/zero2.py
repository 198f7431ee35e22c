"""ZeRO-2 by DeepSpeed: its configuration file, written from our params and checked before anything is loaded.

https://www.deepspeed.ai/docs/config-json/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from temper_job import JobError, write_json


def configuration(params: dict[str, Any]) -> dict[str, Any]:
    """The file's content. Every size is a number: `auto` would be filled in from elsewhere, and say something else."""
    training, processes = params['training'], params['launch']['processes']
    batch, accumulation = training['batchSize'], training['gradientAccumulation']
    return {
        'train_batch_size': batch * accumulation * processes,
        'train_micro_batch_size_per_gpu': batch,
        'gradient_accumulation_steps': accumulation,
        'gradient_clipping': training['maxGradNorm'],
        'bf16': {'enabled': training['precision'] == 'bf16'},
        'fp16': {'enabled': training['precision'] == 'fp16'},
        'zero_optimization': {
            'stage': 2,
            'reduce_scatter': True,
            'contiguous_gradients': True,
            # Overlapped, gradients are reduced in the order in which they arrive, and sums depend on the order.
            'overlap_comm': False,
        },
        # PyTorch's optimizers as they are: DeepSpeed's own would have to be compiled on the machine.
        'zero_allow_untested_optimizer': True,
        'zero_force_ds_cpu_optimizer': False,
        'steps_per_print': 1_000_000_000,
        'wall_clock_breakdown': False,
    }


def write_configuration(params: dict[str, Any], path: Path) -> Path:
    """Writes the file after DeepSpeed itself has accepted its parts."""
    from deepspeed.runtime.zero.config import DeepSpeedZeroConfig

    content = configuration(params)
    try:
        DeepSpeedZeroConfig(**content['zero_optimization'])
    except ValueError as error:
        raise JobError('code', f'DeepSpeed does not take our configuration: {error}') from error
    write_json(path, content)
    return path
