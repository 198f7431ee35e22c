"""The adapter and its score against plain TRL, PEFT and PyTorch."""

from __future__ import annotations

import unittest

import torch
from rig import TrainingTest
from temper_job import read_json


class Reference(TrainingTest):
    def test_the_adapter_is_that_of_plain_trl(self) -> None:
        from datasets import Dataset
        from peft import LoraConfig
        from temper_trl.tokens import read_tokens
        from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed
        from trl import SFTConfig, SFTTrainer

        ours = self.train()
        rows = read_tokens(self.bench.artifacts['trainTokens'])
        set_seed(42)
        trainer = SFTTrainer(
            model=AutoModelForCausalLM.from_pretrained(self.bench.artifacts['weights'], dtype=torch.float32),
            args=SFTConfig(
                output_dir=str(self.bench.folder / 'plain'),
                num_train_epochs=2,
                per_device_train_batch_size=4,
                learning_rate=5e-3,
                lr_scheduler_type='linear',
                optim='adamw_torch',
                seed=42,
                bf16=False,
                use_cpu=True,
                gradient_checkpointing=False,
                max_length=None,
                report_to='none',
                save_strategy='no',
                disable_tqdm=True,
                logging_strategy='no',
            ),
            train_dataset=Dataset.from_dict(
                {'input_ids': [r.input_ids for r in rows], 'labels': [r.labels for r in rows]}
            ),
            processing_class=AutoTokenizer.from_pretrained(self.bench.artifacts['tokenizer']),
            peft_config=LoraConfig(
                task_type='CAUSAL_LM',
                r=4,
                lora_alpha=16,
                lora_dropout=0.1,
                target_modules=['q_proj', 'k_proj', 'v_proj'],
            ),
        )
        trainer.train()
        trainer.model.save_pretrained(self.bench.folder / 'plain-adapter')
        self.assertEqual(
            (self.bench.folder / 'plain-adapter' / 'adapter_model.safetensors').read_bytes(),
            (ours.output('adapter') / 'adapter_model.safetensors').read_bytes(),
        )

    def test_the_held_out_loss_is_the_mean_over_tokens_and_falls(self) -> None:
        from peft import PeftModel
        from temper_trl.tokens import read_tokens
        from torch.nn.functional import cross_entropy
        from transformers import AutoModelForCausalLM

        job = self.train({'training': {'duration': {'epochs': 6}}})
        base = AutoModelForCausalLM.from_pretrained(self.bench.artifacts['weights'])
        model = PeftModel.from_pretrained(base, job.output('adapter')).eval()

        def loss() -> float:
            total, count = 0.0, 0
            for row in read_tokens(self.bench.artifacts['testTokens']):
                with torch.no_grad():
                    logits = model(torch.tensor([row.input_ids])).logits[0, :-1]
                losses = cross_entropy(logits, torch.tensor(row.labels[1:]), ignore_index=-100, reduction='sum')
                total, count = total + losses.item(), count + sum(label != -100 for label in row.labels)
            return total / count

        after = loss()
        with model.disable_adapter():
            self.assertLess(after, loss())
        last = read_json(job.output('checkpoints') / 'checkpoints.json')['checkpoints'][-1]
        self.assertAlmostEqual(last['evalLoss'], after, places=5)


if __name__ == '__main__':
    unittest.main()
