"""Trains a LoRA adapter on tokenized conversations with TRL and PEFT.

Reads weights, tokenizer, train tokens and, when given, test tokens; writes the adapter, every planned checkpoint with
its score and its answers, and the state that a longer training goes on from. Everything that can change a number is a
param.
"""

from __future__ import annotations

from typing import Any

from temper_job import Job, JobError, run


def main(job: Job) -> None:
    params = job.params
    import processes

    processes.start(job, params['launch']['processes'])
    job.phase('loading the libraries')
    from temper_trl.device import choose_device, prepare_libraries

    device = choose_device(job)
    prepare_libraries(device)
    import refusals
    from checkpoints import Checkpoints
    from rows import read_rows_to_train, refuse_cut_rows
    from transformers import set_seed

    test_folder = job.optional_input('test')
    refusals.check_params(params, on_cpu=device.type == 'cpu', has_test=test_folder is not None)
    train = read_rows_to_train(job, job.input('train'))
    if params['training']['packing'] is not None:
        refuse_cut_rows(train, params['training']['packing']['length'])
    test = [] if test_folder is None else read_rows_to_train(job, test_folder)
    launch = params['launch']
    checkpoints = Checkpoints(
        job.checkpoint_folder,
        processes=launch['processes'],
        resume=job.resume,
        parted=launch['strategy'] == 'zero2',
    )
    start = checkpoints.newest(lambda problem: job.warning('checkpoint-damaged', problem))

    # Before anything is drawn: LoRA's matrices are, when the trainer is built.
    set_seed(params['training']['seed'])
    job.phase('loading the model')
    trainer, schedule = create_trainer(job, train, test, device, checkpoints)
    of = trainer.planned_steps()
    refusals.warn_of_endless_warm_up(job, params['training'], of)
    import continuing

    continuing.check_named(job, trainer, launch['processes'])
    start, before = continuing.begin_from_named(job, checkpoints, start, of)
    start = continuing.begin_from_shorter(job, checkpoints, start, schedule, of)
    if start is not None:
        job.resumed(start.step)
    if start is None or (start.step < of and not start.stopped_early):
        job.phase('training' if start is None else f'training on from step {start.step}')
        train_until_done(job, trainer, schedule, start)
    if not trainer.is_world_process_zero():
        return

    job.phase('writing the adapter')
    from results import write_outputs

    own = [c for c in checkpoints.all() if c.step > before]
    planned = [c for c in own if schedule.saves_at(c.step, of)]
    write_outputs(job, own, planned, params['checkpoints']['select'])


def create_trainer(job: Job, train: Any, test: Any, device: Any, checkpoints: Any) -> tuple[Any, Any]:
    """The trainer with its callbacks, and the callback that knows which steps are saved."""
    import arguments
    import gpu_memory
    import refusals
    from callbacks import Prompts, Reports, Saving, Schedule
    from datasets import Dataset
    from rows import warn_of_endless_answers
    from temper_trl.device import PRECISIONS
    from temper_trl.model import choose_precision, load_model, load_tokenizer, stop_tokens
    from temper_trl.tokens import refuse_unknown_ids
    from trainer import LoraTrainer, agree, wait_for_all

    params, weights = job.params, job.input('weights')
    training, predictions = params['training'], params['predictions']
    choose_precision(training['precision'], weights)
    stop_ids = stop_tokens(weights)
    warn_of_endless_answers(job, train, stop_ids)
    with gpu_memory.explained(lambda: 'while the weights were loaded', gpu_memory.weights_hint(training)):
        model = load_model(
            weights,
            dtype=PRECISIONS[training['precision']],
            device=device,
            attention=arguments.ATTENTION[training['attention']],
            quantization=arguments.quantization_arguments(training),
        )
    refusals.check_targets(model, params['lora'])
    refuse_unknown_ids([*train, *test], model)
    deepspeed = None
    if params['launch']['strategy'] == 'zero2':
        from zero2 import write_configuration

        deepspeed = write_configuration(params, job.folder / 'tmp' / 'deepspeed.json')
    trainer = LoraTrainer(
        test=test,
        base_digest=job.digest('weights'),
        own_rate=job.optional_input('continueFrom') is not None,
        model=model,
        args=arguments.training_arguments(
            params, output=checkpoints.partial, on_cpu=device.type == 'cpu', deepspeed=deepspeed
        ),
        train_dataset=Dataset.from_dict(
            {'input_ids': [row.input_ids for row in train], 'labels': [row.labels for row in train]}
        ),
        processing_class=load_tokenizer(job.input('tokenizer')),
        peft_config=arguments.lora_arguments(params['lora'], model),
    )
    schedule = Schedule(job, params, evaluates=bool(test), agree=agree)
    prompts = Prompts(predictions['prompts'], predictions['system'], predictions['maxNewTokens'], stop_ids)
    for callback in (
        schedule,
        Reports(job, tokens_seen=lambda: trainer.tokens_seen, scales_loss=training['precision'] == 'fp16'),
        Saving(job, checkpoints, schedule, prompts, wait_for_all),
    ):
        trainer.add_callback(callback)
    return trainer, schedule


def train_until_done(job: Job, trainer: Any, schedule: Any, start: Any) -> None:
    """Trains to the end, or raises the reason why it was not reached."""
    import gpu_memory

    hint = gpu_memory.step_hint(job.params['training'])
    with gpu_memory.explained(lambda: f'at step {trainer.state.global_step + 1}', hint):
        trainer.train(resume_from_checkpoint=None if start is None else str(start.folder))
    if schedule.interrupted:
        step, of = trainer.state.global_step, trainer.state.max_steps
        raise JobError('interrupted', f'stopped after step {step} of {of}; its checkpoint is kept')


if __name__ == '__main__':
    run(main)
