"""Where a model runs and in which numbers."""

from __future__ import annotations

import os
import warnings

import torch
from temper_job import Job, JobError

#: Precisions as params spell them, with torch's types.
PRECISIONS = {'bf16': torch.bfloat16, 'fp16': torch.float16, 'fp32': torch.float32}


def choose_device(job: Job) -> torch.device:
    """The GPU of this process when the job was given one, else the CPU.

    `LOCAL_RANK` numbers the processes of a training on several GPUs. A job that was given GPUs but sees none fails
    here, before minutes go into loading weights.
    """
    if not job.gpus:
        return torch.device('cpu')
    if not torch.cuda.is_available():
        raise JobError(
            'user-error',
            f'the job asks for {job.gpus} GPU(s), but torch {torch.__version__} sees none',
            'run `temper doctor`: the driver, the device nodes or the container runtime is missing',
        )
    return torch.device('cuda', int(os.environ.get('LOCAL_RANK', '0')))


def prepare_libraries(device: torch.device) -> None:
    """Quiet libraries, one thread unless the job says otherwise, and no caches beside our own store."""
    import datasets
    import transformers

    # Our own entry in adapter_config.json, which names the base by its digest.
    warnings.filterwarnings('ignore', message=r"Unexpected keyword arguments \['temper'\]")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    datasets.disable_caching()
    datasets.disable_progress_bars()
    if device.type == 'cpu':
        torch.set_num_threads(int(os.environ.get('OMP_NUM_THREADS', '1')))
