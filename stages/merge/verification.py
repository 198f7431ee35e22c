"""Compares the merged files with base and adapter kept apart, by what they compute.

The two share no code with the merge: here the adapter's part of a layer is computed from the layer's input. Weights are
read layer by layer as the forward pass reaches them, so that a model of any size takes the memory of its largest layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from streaming import read_tensor
from temper_trl.tensor_file import TensorPlace
from updates import AdapterTensors, Update


def logits_of(
    base: Path,
    places: dict[str, TensorPlace],
    prompts: Sequence[list[int]],
    change: Callable[[str, Any, Any], Any] | None = None,
) -> list[Any]:
    """The logits (positions x vocabulary, fp32) of each prompt, of the model of `base` with the tensors of `places`.

    `change(module, input, output)` may replace what the module of that name returns.
    """
    import torch
    from accelerate import init_empty_weights
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(base, local_files_only=True, trust_remote_code=False)
    with init_empty_weights(include_buffers=False):
        model = AutoModelForCausalLM.from_config(config, attn_implementation='sdpa')
    model.tie_weights()
    owners = _owners(model, places)
    for name, module in model.named_modules():
        if name in owners:
            module.register_forward_pre_hook(_load(owners[name]))
            module.register_forward_hook(_unload(owners[name]))
        if change is not None:
            module.register_forward_hook(
                lambda _, given, output, name=name: change(name, given[0] if given else None, output)
            )
    model.eval()
    with torch.no_grad():
        return [model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float() for ids in prompts]


def _owners(model: Any, places: dict[str, TensorPlace]) -> dict[str, dict[str, TensorPlace]]:
    """For each module with parameters of its own, where they are stored; a tied head reads the embeddings."""
    tied = {id(parameter): name for name, parameter in model.named_parameters()}
    owners: dict[str, dict[str, TensorPlace]] = {}
    for module_name, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False):
            full = f'{module_name}.{name}'
            owners.setdefault(module_name, {})[name] = places[full] if full in places else places[tied[id(parameter)]]
    return owners


def _load(places: dict[str, TensorPlace]) -> Callable[..., None]:
    import torch

    def load(module: Any, *_: Any) -> None:
        for name, place in places.items():
            module._parameters[name] = torch.nn.Parameter(read_tensor(place), requires_grad=False)

    return load


def _unload(places: dict[str, TensorPlace]) -> Callable[..., None]:
    import torch

    def unload(module: Any, *_: Any) -> None:
        for name, place in places.items():
            module._parameters[name] = torch.nn.Parameter(torch.empty(place.shape, device='meta'), requires_grad=False)

    return unload


def added_by(updates: Sequence[Update], adapter: AdapterTensors) -> Callable[[str, Any, Any], Any]:
    """What the adapter adds to each module's output: B(A x) times the scale, in fp32 as PEFT computes it."""
    by_module = {update.place.name.removesuffix('.weight'): update for update in updates}

    def change(name: str, given: Any, output: Any) -> Any:
        update = by_module.get(name)
        if update is None:
            return output
        down, up = adapter.read(update.down).float(), adapter.read(update.up).float()
        return output + ((given.float() @ down.T) @ up.T * update.scale).to(output.dtype)

    return change


def merged_in_memory(
    updates: Sequence[Update], adapter: AdapterTensors, places: dict[str, TensorPlace]
) -> Callable[[str, Any, Any], Any]:
    """Each adapted module with its merged weight, made anew from base and adapter and rounded as the file's is.

    What such a model computes is apart from base + adapter by rounding alone, and from the files by nothing.
    """
    import torch

    by_module = {update.place.name.removesuffix('.weight'): update for update in updates}

    def change(name: str, given: Any, output: Any) -> Any:
        update = by_module.get(name)
        if update is None:
            return output
        weight = torch.matmul(adapter.read(update.up).float(), adapter.read(update.down).float()).mul_(update.scale)
        weight = weight.add_(read_tensor(update.place)).to(output.dtype)
        bias = places.get(f'{name}.bias')
        return torch.nn.functional.linear(given, weight, None if bias is None else read_tensor(bias))

    return change


def rounding_of(updates: Sequence[Update]) -> tuple[float, float]:
    """What rounding may do to logits, as shares of the largest: to one value, and to a model through all its layers.

    Every adapted tensor is rounded once, and what that does adds up as random steps do.
    """
    import torch

    steps = {'F64': torch.float64, 'F32': torch.float32, 'F16': torch.float16, 'BF16': torch.bfloat16}
    step = max(torch.finfo(steps[update.place.dtype]).eps for update in updates)
    return step, 64 * step * math.sqrt(len(updates))


def largest_difference(left: Sequence[Any], right: Sequence[Any]) -> dict[str, float]:
    """How far two lists of logits are apart: largest and mean difference, and the share of equal first choices."""
    import torch

    differences = [(one - other).abs() for one, other in zip(left, right)]
    agreed = torch.cat([one.argmax(dim=-1) == other.argmax(dim=-1) for one, other in zip(left, right)])
    return {
        'largest': max(float(difference.max()) for difference in differences),
        'mean': float(torch.cat([difference.flatten() for difference in differences]).mean()),
        'sameFirstChoice': float(agreed.float().mean()),
        'largestLogit': max(float(logits.abs().max()) for logits in left),
    }
