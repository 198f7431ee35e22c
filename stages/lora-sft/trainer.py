"""TRL's SFTTrainer, with what this stage does its own way: evaluating, saving a model, counting tokens."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gpu_memory
import torch
from temper_job import JobError
from temper_trl.adapter import stabilise_config
from temper_trl.randomness import undisturbed
from temper_trl.scoring import score_rows, total
from temper_trl.tokens import TokenRow
from torch import distributed
from transformers import PrinterCallback
from transformers.trainer_pt_utils import LengthGroupedSampler
from trl import SFTTrainer


class OrderByLength(LengthGroupedSampler):
    """Rows of similar length beside one another, in an order that the seed and the epoch alone decide.

    By itself it draws from the generator that dropout draws from, so that an epoch that is resumed would have another
    order, and each of several processes one of its own.
    """

    def __init__(self, *, seed: int, epoch: Callable[[], int], **options: Any) -> None:
        super().__init__(**options)
        self._seed, self._epoch = seed, epoch

    def __iter__(self) -> Any:
        self.generator = torch.Generator().manual_seed(self._seed + self._epoch())
        return super().__iter__()


class LoraTrainer(SFTTrainer):
    """An SFTTrainer whose evaluations weigh tokens equally and leave no trace in the training."""

    def __init__(self, *, test: list[TokenRow], base_digest: str, own_rate: bool, **options: Any) -> None:
        super().__init__(**options)
        self._test, self._base_digest, self._own_rate = test, base_digest, own_rate
        self.remove_callback(PrinterCallback)

    @property
    def tokens_seen(self) -> int:
        """How many tokens, padding aside, have gone through the model."""
        return self._total_train_tokens

    def planned_steps(self) -> int:
        """How many optimizer steps the whole training has."""
        # Making a data loader draws a seed; nothing before the first step may.
        with undisturbed(self.model):
            return self.set_initial_training_values(self.args, self.get_train_dataloader())[-1]

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        if self.args.train_sampling_strategy != 'group_by_length':
            return super()._get_train_sampler(train_dataset)
        rows = self.train_dataset if train_dataset is None else train_dataset
        batches = math.ceil(len(rows) / (self.args.train_batch_size * self.args.world_size))
        steps = math.ceil(batches / self.args.gradient_accumulation_steps)
        return OrderByLength(
            seed=self.args.data_seed,
            epoch=lambda: self.state.global_step // steps,
            batch_size=self.args.train_batch_size * self.args.gradient_accumulation_steps,
            dataset=rows,
            model_input_name='input_ids',
        )

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Loss and accuracy over the test rows' labelled tokens, whatever the batch size; processes share the rows."""
        rank, processes = self.args.process_index, self.args.world_size
        batch_size = self.args.per_device_eval_batch_size
        with undisturbed(self.model):
            with gpu_memory.explained(
                lambda: f'in the evaluation after step {self.state.global_step}',
                gpu_memory.evaluation_hint(batch_size),
            ):
                scores = score_rows(
                    self.model,
                    self._test[rank::processes],
                    batch_size=batch_size,
                    pad_id=self.processing_class.pad_token_id,
                )
            score = total(scores)
            sums = torch.tensor([score.nll, score.tokens, score.correct], dtype=torch.float64, device=self.args.device)
            if processes > 1:
                distributed.all_reduce(sums)
            nll, tokens, correct = sums.tolist()
            metrics = {'eval_loss': nll / tokens, 'eval_token_accuracy': correct / tokens}
            if not math.isfinite(metrics['eval_loss']):
                raise JobError(
                    'user-error',
                    f'the evaluation loss became {metrics["eval_loss"]} at step {self.state.global_step}',
                    'lower `training.learningRate`; the checkpoints before it are kept',
                )
            self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Saves the adapter alone, with bytes that depend on its numbers only."""
        if self.args.should_save:
            folder = Path(output_dir or self.args.output_dir)
            self.accelerator.unwrap_model(self.model).save_pretrained(folder, save_embedding_layers=False)
            stabilise_config(folder, self._base_digest)

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """Nothing: a card belongs to a model that somebody publishes, and `merge` writes that one."""

    def train(self, resume_from_checkpoint: str | None = None, **options: Any) -> Any:
        """Trains; after a resume the count of tokens goes on where it stopped."""
        if resume_from_checkpoint is not None:
            state = json.loads((Path(resume_from_checkpoint) / 'trainer_state.json').read_text(encoding='utf-8'))
            self._total_train_tokens = next(
                (e['num_tokens'] for e in reversed(state['log_history']) if 'num_tokens' in e), 0
            )
        return super().train(resume_from_checkpoint=resume_from_checkpoint, **options)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        """Loads both; a training that goes on from another one keeps its own settings of the optimizer.

        Loaded as they are, they would bring the other training's learning rate along, and say nothing.
        """
        own = [
            {key: value for key, value in group.items() if key != 'params'} for group in self.optimizer.param_groups
        ]
        super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is None or not self._own_rate:
            return
        scheduler = getattr(self.lr_scheduler, 'scheduler', self.lr_scheduler)
        scheduler.base_lrs = [group['initial_lr'] for group in own]
        for group, settings, factor in zip(self.optimizer.param_groups, own, scheduler.lr_lambdas):
            group.update(settings, lr=settings['initial_lr'] * factor(scheduler.last_epoch))
        scheduler._last_lr = [group['lr'] for group in self.optimizer.param_groups]


def agree(flag: bool) -> bool:
    """Whether any of the processes says yes; they must all save at the same step."""
    if not distributed.is_initialized():
        return flag
    device = 'cuda' if distributed.get_backend() == 'nccl' else 'cpu'
    vote = torch.tensor([int(flag)], device=device)
    distributed.all_reduce(vote, op=distributed.ReduceOp.MAX)
    return bool(vote.item())


def wait_for_all() -> None:
    """Waits until every process is here."""
    if distributed.is_initialized():
        distributed.barrier()
