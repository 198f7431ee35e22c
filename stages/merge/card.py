"""The model card: what a merged model is made of, in words and in digests."""

from __future__ import annotations

from typing import Any


def model_card(facts: dict[str, Any], adapter: dict[str, Any], base: dict[str, Any]) -> str:
    """README.md of a merged model. `facts` is merge.json, `adapter` and `base` are the configurations of both."""
    targets = adapter['target_modules']
    modules = targets if isinstance(targets, str) else ', '.join(f'`{name}`' for name in targets)
    variants = [name for key, name in (('use_rslora', 'rsLoRA'), ('use_dora', 'DoRA')) if adapter.get(key)]
    way = (
        'tensor by tensor into a copy of the base'
        if facts['way'] == 'streaming'
        else f'by PEFT, because of {facts["because"]}'
    )
    lines = [
        '---',
        'library_name: transformers',
        'pipeline_tag: text-generation',
        '---',
        '',
        f'# {base.get("architectures", ["A model"])[0]}, fine-tuned with LoRA',
        '',
        'The adapter is part of the weights: `AutoModelForCausalLM.from_pretrained` loads this folder without PEFT.',
        '',
        '## Where it comes from',
        '',
        '| part | digest |',
        '|---|---|',
        f'| base weights | `{facts["base"]}` |',
        f'| adapter | `{facts["adapter"]}` |',
        f'| tokenizer and chat template | `{facts["tokenizer"]}` |',
        '',
        f'The adapter is {" and ".join(variants) or "LoRA"} of rank {adapter["r"]} '
        f'and alpha {adapter["lora_alpha"]:g} on {modules}.',
        f'It was merged {way}.',
    ]
    logits = facts.get('logits')
    if logits is not None:
        lines.append(
            f'On {logits["prompts"]} prompts the logits of the merged model are at most {logits["largest"]:.3g} '
            f'from those of base and adapter kept apart; the largest logit is {logits["largestLogit"]:.3g}.'
            + (
                f' Of that, {logits["beyondRounding"]:.3g} is not the rounding of the weights.'
                if 'beyondRounding' in logits
                else ''
            )
        )
    return '\n'.join([*lines, ''])
