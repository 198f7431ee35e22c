"""Looking at a model in the middle of its training without changing how the training goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def undisturbed(model: Any) -> Iterator[None]:
    """Runs its body with the model in evaluation mode, then puts back every module's mode and every random generator.

    Dropout draws from the global generator, and so does whatever evaluation uses of it: without this an adapter's bytes
    depend on how often somebody looked.
    """
    import random

    import numpy
    import torch

    modes = [(module, module.training) for module in model.modules()]
    python_state, numpy_state = random.getstate(), numpy.random.get_state()
    devices = sorted({parameter.device.index for parameter in model.parameters() if parameter.device.type == 'cuda'})
    with torch.random.fork_rng(devices=devices):
        model.eval()
        try:
            yield
        finally:
            for module, training in modes:
                module.training = training
            random.setstate(python_state)
            numpy.random.set_state(numpy_state)
