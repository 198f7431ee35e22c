"""load-weights, from: seed. Makes a GLM-4 small enough for a laptop out of integers, with a tokenizer of its own.

Without `warmUp` the bytes are the same on every machine. With it the weights are trained first, and the last bits
depend on the processor, as those of any training do.
"""

from __future__ import annotations

from pathlib import Path

from seed_tokenizer import STOP_TOKENS, train_tokenizer, write_tokenizer
from temper_job import Job, read_rows, run, write_json

HERE = Path(__file__).parent


def main(job: Job) -> None:
    params = job.params
    rows = [row for language in ('zh', 'en') for row in read_rows(HERE / 'corpus' / f'{language}.jsonl')]
    template = (HERE / 'glm4.chat.jinja').read_text(encoding='utf-8')

    job.phase('training the tokenizer')
    tokenizer = train_tokenizer((text for row in rows for text in row.values()), params['vocabulary'])
    write_tokenizer(job.output('tokenizer'), tokenizer, template)

    job.phase('making the weights')
    # Not at the top: torch takes two seconds, and a wrong corpus should say so at once.
    from seed_weights import create_weights, model_config, write_weights

    stops = [tokenizer.token_to_id(token) for token in STOP_TOKENS]
    config = model_config(params['vocabulary'], params['hiddenSize'], params['layers'], stops)
    weights = create_weights(config, params['seed'])

    warm_up = params.get('warmUp')
    if warm_up is not None:
        job.phase('warming up')
        from warm_up import train_base

        weights = train_base(job, config, weights, tokenizer, template, rows, warm_up, params['seed'])

    output = job.output('weights')
    write_weights(output / 'model.safetensors', weights)
    write_json(output / 'config.json', config)
    # The tokenizer has it, too: which tokens end an answer is asked before there is a need for weights.
    for folder in (output, job.output('tokenizer')):
        write_json(
            folder / 'generation_config.json', {'eos_token_id': stops, 'pad_token_id': stops[0], 'do_sample': False}
        )


if __name__ == '__main__':
    run(main)
