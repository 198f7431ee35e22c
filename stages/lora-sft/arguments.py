"""From our params to the arguments of TRL and PEFT: the one place that knows their names.

Every value that matters is passed, because several defaults of SFTConfig differ from those of TrainingArguments and
both have changed before: https://huggingface.co/docs/trl/sft_trainer#trl.SFTConfig
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCHEDULES = {
    'linear': 'linear',
    'cosine': 'cosine',
    'cosine-with-restarts': 'cosine_with_restarts',
    'polynomial': 'polynomial',
    'constant': 'constant',
    'constant-with-warmup': 'constant_with_warmup',
    'inverse-sqrt': 'inverse_sqrt',
}

OPTIMIZERS = {
    'adamw': 'adamw_torch',
    'adamw-fused': 'adamw_torch_fused',
    'adamw-8bit': 'adamw_bnb_8bit',
    'paged-adamw-8bit': 'paged_adamw_8bit',
    'adafactor': 'adafactor',
    'sgd': 'sgd',
}

ATTENTION = {'sdpa': 'sdpa', 'eager': 'eager', 'flash-attention-2': 'flash_attention_2'}


def training_arguments(params: dict[str, Any], *, output: Path, on_cpu: bool, deepspeed: Path | None = None) -> Any:
    """The SFTConfig of these params. Saving, evaluation and logging are decided by our own callbacks."""
    from trl import SFTConfig

    training, evaluation = params['training'], params['evaluation']
    duration, packing, adam = training['duration'], training['packing'], training['adam']
    return SFTConfig(
        output_dir=str(output),
        # Length and batches
        num_train_epochs=duration.get('epochs', 1),
        max_steps=duration.get('steps', -1),
        per_device_train_batch_size=training['batchSize'],
        gradient_accumulation_steps=training['gradientAccumulation'],
        per_device_eval_batch_size=evaluation['batchSize'],
        train_sampling_strategy='group_by_length' if training['groupByLength'] else 'random',
        dataloader_drop_last=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=not on_cpu,
        # Optimisation
        learning_rate=training['learningRate'],
        lr_scheduler_type=SCHEDULES[training['schedule']],
        # A cycle is what lies between two restarts, and by itself there is one: a plain cosine.
        # https://huggingface.co/docs/transformers/main_classes/optimizer_schedules
        lr_scheduler_kwargs={'num_cycles': training['restarts'] + 1} if training['restarts'] > 0 else None,
        warmup_steps=training['warmup'],
        optim=OPTIMIZERS[training['optimizer']],
        adam_beta1=adam['beta1'],
        adam_beta2=adam['beta2'],
        adam_epsilon=adam['epsilon'],
        weight_decay=training['weightDecay'],
        max_grad_norm=training['maxGradNorm'],
        neftune_noise_alpha=training['neftuneNoiseAlpha'],
        label_smoothing_factor=0.0,
        average_tokens_across_devices=True,
        # Numbers and memory
        bf16=training['precision'] == 'bf16',
        fp16=training['precision'] == 'fp16',
        use_cpu=on_cpu,
        gradient_checkpointing=training['gradientCheckpointing'],
        gradient_checkpointing_kwargs={'use_reentrant': False} if training['gradientCheckpointing'] else None,
        activation_offloading=False,
        use_liger_kernel=False,
        loss_type=_loss_type(params['lora']),
        # Rows come tokenized, labelled and cut, so that nothing here may cut, drop or shuffle them again
        dataset_kwargs={'skip_prepare_dataset': packing is None},
        max_length=None if packing is None else packing['length'],
        packing=packing is not None,
        packing_strategy='bfd',
        padding_free=False,
        eval_packing=False,
        shuffle_dataset=False,
        remove_unused_columns=True,
        # Chance
        seed=training['seed'],
        data_seed=training['seed'] if training['dataSeed'] is None else training['dataSeed'],
        # Ours
        eval_strategy='no',
        save_strategy='no',
        save_only_model=False,
        load_best_model_at_end=False,
        logging_strategy='steps',
        logging_steps=1,
        logging_first_step=True,
        # Off, because it hides the very loss that must stop a training
        logging_nan_inf_filter=False,
        # On, it would write times into the training state
        include_num_input_tokens_seen='no',
        report_to='none',
        push_to_hub=False,
        disable_tqdm=True,
        log_level='error',
        trust_remote_code=False,
        deepspeed=None if deepspeed is None else str(deepspeed),
        ddp_find_unused_parameters=False if params['launch']['processes'] > 1 else None,
        ddp_backend=None if not on_cpu else 'gloo' if params['launch']['processes'] > 1 else None,
    )


def _loss_type(lora: dict[str, Any]) -> str:
    # The chunked loss computes the head for 256 tokens at a time from its raw weight, past any adapter on it.
    on_head = 'lm_head' in lora['modulesToSave'] or (lora['targets'] != 'all-linear' and 'lm_head' in lora['targets'])
    return 'nll' if on_head else 'chunked_nll'


def lora_arguments(lora: dict[str, Any], model: Any) -> Any:
    """The LoraConfig of these params for this model."""
    from peft import LoraConfig

    return LoraConfig(
        task_type='CAUSAL_LM',
        r=lora['r'],
        lora_alpha=lora['alpha'],
        lora_dropout=lora['dropout'],
        target_modules=linear_layers(model) if lora['targets'] == 'all-linear' else lora['targets'],
        modules_to_save=lora['modulesToSave'] or None,
        use_rslora=lora['rankStabilized'],
        use_dora=lora['dora'],
        bias='none',
        init_lora_weights=True,
    )


def linear_layers(model: Any) -> list[str]:
    """All linear layers but the head, by the last part of their name: what PEFT means by `all-linear`."""
    import torch

    head = model.get_output_embeddings()
    layers = {
        name.rpartition('.')[2]
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not head
    }
    return sorted(layers)


def quantization_arguments(training: dict[str, Any]) -> Any | None:
    """The 4-bit configuration of QLoRA (https://arxiv.org/abs/2305.14314), or None."""
    if training['quantization'] == 'none':
        return None
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type='nf4',
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16 if training['precision'] == 'bf16' else torch.float32,
    )
