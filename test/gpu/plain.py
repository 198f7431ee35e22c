"""The tutorial's training as a plain TRL script, for comparison: `plain.py SETTINGS`, one JSON object on stdout.

Same weights, rows, batch size and LoRA as ours, and nothing of ours in it. It times each step itself.
"""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    settings = json.loads(sys.argv[1])
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from safetensors.numpy import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    arrays = load_file(f'{settings["tokens"]}/tokens.safetensors')
    spans = list(zip(arrays['offsets'].tolist(), arrays['offsets'].tolist()[1:]))
    rows = {
        'input_ids': [arrays['input_ids'][a:b].tolist() for a, b in spans],
        'labels': [arrays['labels'][a:b].tolist() for a, b in spans],
    }
    on_gpu = torch.cuda.is_available()
    seconds: list[float] = []

    class Clock(TrainerCallback):
        def on_step_begin(self, *_: object, **__: object) -> None:
            self.began = time.monotonic()

        def on_step_end(self, *_: object, **__: object) -> None:
            if on_gpu:
                torch.cuda.synchronize()
            seconds.append(time.monotonic() - self.began)

    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(
            settings['weights'], dtype=torch.bfloat16 if on_gpu else torch.float32, device_map='cuda' if on_gpu else None
        ),
        args=SFTConfig(
            output_dir=settings['output'],
            max_steps=settings['steps'],
            per_device_train_batch_size=settings['batchSize'],
            learning_rate=5e-4,
            bf16=on_gpu,
            use_cpu=not on_gpu,
            max_length=settings['length'],
            save_strategy='no',
            report_to='none',
            disable_tqdm=True,
            logging_steps=1,
        ),
        train_dataset=Dataset.from_dict(rows),
        processing_class=AutoTokenizer.from_pretrained(settings['tokenizer']),
        peft_config=LoraConfig(
            task_type='CAUSAL_LM',
            r=8,
            lora_alpha=32,
            lora_dropout=0.1,
            target_modules=['q_proj', 'k_proj', 'v_proj'],
        ),
        callbacks=[Clock()],
    )
    trainer.train()
    tokens = [entry['num_tokens'] for entry in trainer.state.log_history if 'num_tokens' in entry]
    per_step = [b - a for a, b in zip([0, *tokens], tokens)]
    peak = torch.cuda.max_memory_allocated() if on_gpu else None
    print(json.dumps({'seconds': seconds, 'tokens': per_step, 'gpuMemory': peak}))


if __name__ == '__main__':
    main()
