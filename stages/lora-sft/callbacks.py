"""What happens around the steps of a training: saving, evaluating, predicting, reporting, stopping.

Order inside a step: on_step_end, on_log, then (when due) evaluation with on_evaluate, then saving with on_save; so an
evaluation is part of the checkpoint of its step.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import gpu_memory
from cadence import Cadence, is_stalled
from checkpoints import Checkpoints
from temper_job import Job, JobError, write_rows
from temper_trl.generation import answer_prompts, prompt_ids, read_answer
from temper_trl.randomness import undisturbed
from transformers import TrainerCallback


class Schedule(TrainerCallback):
    """Decides at the end of each step whether to evaluate, to save, and to stop."""

    def __init__(self, job: Job, params: dict[str, Any], *, evaluates: bool, agree: Any) -> None:
        self.stopped_early = self.interrupted = False
        self._job, self._evaluates, self._agree = job, evaluates, agree
        self._evaluation = Cadence(params['evaluation']['every'])
        self._saving = Cadence(params['checkpoints']['every'])
        self._early_stopping = params['evaluation']['earlyStopping']

    def evaluates_at(self, step: int, of: int) -> bool:
        """Whether the test rows are scored after this step."""
        return self._evaluates and (self._evaluation.due(step, of) or step == of)

    def saves_at(self, step: int, of: int) -> bool:
        """Whether a checkpoint of this step belongs to the result; one that an interruption caused does not."""
        return self._saving.due(step, of) or step == of

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        step, of = state.global_step, state.max_steps
        control.should_evaluate = self.evaluates_at(step, of)
        control.should_save = self.saves_at(step, of)
        if step < of and self._agree(self._job.interrupted):
            self.interrupted = control.should_save = control.should_training_stop = True

    def on_evaluate(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        if self._early_stopping is not None and state.global_step < state.max_steps:
            if is_stalled(evaluation_losses(state), **self._early_stopping):
                self.stopped_early = control.should_save = control.should_training_stop = True


class Reports(TrainerCallback):
    """Turns the trainer's logs into progress events, and stops a training whose loss says that it is lost."""

    def __init__(self, job: Job, *, tokens_seen: Any, scales_loss: bool) -> None:
        self._job, self._tokens_seen, self._scales_loss = job, tokens_seen, scales_loss
        self._started, self._tokens = 0.0, 0

    def on_step_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        self._started, self._tokens = time.monotonic(), self._tokens_seen()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **others: Any) -> None:
        step, of = state.global_step, state.max_steps
        if 'eval_loss' in logs:
            self._job.progress(step, of, evalLoss=logs['eval_loss'], evalTokenAccuracy=logs['eval_token_accuracy'])
        elif 'loss' in logs:
            seconds = max(time.monotonic() - self._started, 1e-9)
            self._job.progress(
                step,
                of,
                loss=logs['loss'],
                gradNorm=logs.get('grad_norm'),
                learningRate=logs['learning_rate'],
                epoch=state.epoch,
                tokens=self._tokens_seen(),
                tokensPerSecond=(self._tokens_seen() - self._tokens) / seconds,
                **_gpu_memory(),
            )
            self._refuse_lost(step, logs)

    def _refuse_lost(self, step: int, logs: dict[str, Any]) -> None:
        loss, norm = logs['loss'], logs.get('grad_norm')
        # Scaled fp16 gradients overflow now and then by design; the scaler skips those steps.
        broken_gradient = norm is not None and not math.isfinite(norm) and not self._scales_loss
        if math.isfinite(loss) and loss != 0.0 and not broken_gradient:
            return
        what = f'the gradient became {norm}' if math.isfinite(loss) and loss != 0.0 else f'the loss became {loss}'
        raise JobError(
            'user-error',
            f'{what} at step {step}, so the training was stopped; the checkpoints before it are kept',
            # Before the first step nothing was learned yet: no rate can be at fault.
            'the weights hold such numbers, or overflow in `training.precision`'
            if step == 1 and not math.isfinite(loss)
            else 'lower `training.learningRate`, lengthen `training.warmup`, or lower `training.maxGradNorm`',
        )


@dataclass
class Prompts:
    """The fixed prompts that a model answers at each save, and how."""

    texts: list[str]
    system: str | None
    max_new_tokens: int
    stop_ids: list[int]

    def answer(self, model: Any, tokenizer: Any, step: int) -> list[dict[str, Any]]:
        """Rows of prompt, answer, and whether the answer ended by itself. Leaves the training undisturbed."""
        if not self.texts:
            return []
        hint = gpu_memory.predictions_hint(len(self.texts))
        with undisturbed(model), gpu_memory.explained(lambda: f'in the predictions after step {step}', hint):
            answers = answer_prompts(
                model,
                [prompt_ids(tokenizer, text, self.system) for text in self.texts],
                stop_ids=self.stop_ids,
                pad_id=tokenizer.pad_token_id,
                max_new_tokens=self.max_new_tokens,
                batch_size=len(self.texts),
            )
        return [
            {'prompt': text, 'answer': read_answer(tokenizer, answer.ids), 'stopped': answer.stopped}
            for text, answer in zip(self.texts, answers)
        ]


class Saving(TrainerCallback):
    """Makes what the trainer saved a checkpoint of ours, with the model's answers beside it."""

    def __init__(self, job: Job, checkpoints: Checkpoints, schedule: Schedule, prompts: Prompts, wait: Any) -> None:
        self._job, self._checkpoints, self._schedule = job, checkpoints, schedule
        self._prompts, self._wait = prompts, wait

    def on_save(self, args: Any, state: Any, control: Any, model: Any, processing_class: Any, **others: Any) -> None:
        # Each process writes the state of its own generator.
        self._wait()
        if not state.is_world_process_zero:
            return
        step, stopped_early = state.global_step, self._schedule.stopped_early
        source = self._checkpoints.partial / f'checkpoint-{step}'
        # A checkpoint that an interruption caused is no part of the result, and somebody waits for it.
        if stopped_early or self._schedule.saves_at(step, state.max_steps):
            rows = self._prompts.answer(model, processing_class, step)
            write_rows(source / 'predictions.jsonl', rows)
            for row in rows:
                self._job.text('prediction', step, row['answer'], caption=row['prompt'])
        checkpoint = self._checkpoints.publish(
            source,
            {
                'step': step,
                'epoch': state.epoch,
                'trainLoss': _at(state, step, 'loss'),
                'evalLoss': _at(state, step, 'eval_loss'),
                'stoppedEarly': stopped_early,
            },
        )
        self._job.checkpoint(step, f'checkpoint/{checkpoint.folder.name}', checkpoint.digest)


def evaluation_losses(state: Any) -> list[float]:
    """The evaluation losses so far, in order."""
    return [entry['eval_loss'] for entry in state.log_history if 'eval_loss' in entry]


def _at(state: Any, step: int, key: str) -> float | None:
    return next((entry[key] for entry in state.log_history if entry['step'] == step and key in entry), None)


def _gpu_memory() -> dict[str, int]:
    import torch

    return {'gpuMemory': torch.cuda.max_memory_allocated()} if torch.cuda.is_initialized() else {}
