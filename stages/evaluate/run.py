"""Measures a model, or a model with an adapter, on held-out rows.

Loss over labelled tokens, answers to test rows and to fixed prompts, and what those answers are worth. The base and the
tuned model go through the same code with the same rows, so that their difference is the adapter's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from temper_job import Job, JobError, run, write_json, write_rows

#: What is known of a row that has tokens and is missing among the conversations.
NOTHING: dict[str, Any] = {'messages': []}


def main(job: Job) -> None:
    params = job.params
    job.phase('loading the libraries')
    from temper_trl.device import choose_device, prepare_libraries

    device = choose_device(job)
    prepare_libraries(device)
    import figures
    from temper_trl.model import load_tokenizer
    from temper_trl.scoring import score_rows
    from temper_trl.tokens import read_tokens, refuse_unknown_ids

    rows = [row for row in read_tokens(job.input('tokens'), job.digest('tokenizer')) if row.labelled > 0]
    if not rows:
        raise JobError(
            'bad-input',
            'the test tokens hold no labelled token',
            'raise `maxLength` in `tokenize`, or give the split more rows',
        )
    job.phase('loading the model')
    model = load(job, device)
    refuse_unknown_ids(rows, model)
    tokenizer = load_tokenizer(job.input('tokenizer'))

    job.phase('scoring')
    scores = score_rows(model, rows, batch_size=params['batchSize'], pad_id=tokenizer.pad_token_id)
    check_finite(rows, scores)
    job.phase('answering')
    generations = answer(job, model, tokenizer, rows)

    sampling = {'resamples': params['intervals']['resamples'], 'seed': params['intervals']['seed']}
    output = job.output('evaluation')
    write_rows(output / 'generations.jsonl', generations)
    write_json(
        output / 'evaluation.json',
        {
            'weights': job.digest('weights'),
            'adapter': job.digest('adapter') if job.optional_input('adapter') else None,
            'rows': len(rows),
            'labelledTokens': sum(score.tokens for score in scores),
            'metrics': {
                **figures.scored_figures(scores, **sampling),
                **figures.answered_figures(generations, **sampling),
            },
            'scores': [
                {'id': row.id, 'nll': score.nll, 'tokens': score.tokens, 'correct': score.correct}
                for row, score in zip(rows, scores)
            ],
        },
    )


def load(job: Job, device: Any) -> Any:
    """The weights, with the adapter on them when there is one."""
    from temper_trl.adapter import attach_adapter, check_base
    from temper_trl.model import choose_precision, load_model

    weights, adapter = job.input('weights'), job.optional_input('adapter')
    if adapter is not None:
        check_base(adapter, job.digest('weights'))
    model = load_model(weights, dtype=choose_precision(job.params['precision'], weights), device=device)
    return model if adapter is None else attach_adapter(model, adapter)


def check_finite(rows: Any, scores: Any) -> None:
    """Refuses to average over a number that is none."""
    import math

    for row, score in zip(rows, scores):
        if not math.isfinite(score.nll):
            raise JobError(
                'user-error',
                f'the loss of row {row.id} is {score.nll}: the model does not compute in this precision',
                "set `precision: 'bf16'` or `precision: 'fp32'`",
            )


def answer(job: Job, model: Any, tokenizer: Any, rows: Any) -> list[dict[str, Any]]:
    """Answers to the first test rows, then to the fixed prompts, with their scores."""
    import calls
    import figures
    from temper_job import read_rows
    from temper_trl.generation import answer_prompts, prompt_ids, read_answer
    from temper_trl.model import stop_tokens
    from temper_trl.tokens import last_answer

    settings = job.params['generate']
    conversations = Conversations(read_rows(job.input('test') / 'rows.jsonl'))
    asked: list[tuple[str, dict[str, Any], str | None, list[int]]] = []
    for row in rows:
        parts, conversation = last_answer(row), conversations.take(row.id)
        # A truncated row lost the end of its answer, so nothing can be held against it.
        if len(asked) == settings['rows']:
            break
        if parts is not None and not row.truncated:
            asked.append((row.id, conversation, read_answer(tokenizer, parts[1]), parts[0]))
    for number, prompt in enumerate(settings['prompts'], start=1):
        question = {'messages': [{'role': 'user', 'content': prompt}]}
        asked.append((f'prompt-{number}', question, None, prompt_ids(tokenizer, prompt)))

    answers = answer_prompts(
        model,
        [ids for *_, ids in asked],
        stop_ids=stop_tokens(job.input('weights')),
        pad_id=tokenizer.pad_token_id,
        max_new_tokens=settings['maxNewTokens'],
        batch_size=job.params['batchSize'],
        done=lambda count: job.progress(count, len(asked)),
    )
    generations = []
    for (name, conversation, reference, _), written in zip(asked, answers):
        text, prompt = read_answer(tokenizer, written.ids), _last_question(conversation['messages'])
        scores = {}
        if reference is not None:
            scores = figures.answer_scores(text, reference) | calls.call_scores(text, reference, conversation)
        generations.append(
            {
                'id': name,
                'prompt': prompt,
                'reference': reference,
                'answer': text,
                'stopped': written.stopped,
                'scores': scores,
            }
        )
        if reference is None:
            job.text('answer', 0, text, caption=prompt)
    return generations


class Conversations:
    """The rows that tokens were made of. Rows of one prompt share an id and may offer other tools: the first goes with
    the first, and so on.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self._waiting: dict[str, deque[dict[str, Any]]] = {}
        for row in rows:
            self._waiting.setdefault(row['id'], deque()).append(row)

    def take(self, id: str) -> dict[str, Any]:
        """The next row of this id."""
        waiting = self._waiting.get(id)
        return waiting.popleft() if waiting else NOTHING


def _last_question(messages: list[dict[str, Any]]) -> str:
    return next((message['content'] for message in reversed(messages) if message['role'] == 'user'), '')


if __name__ == '__main__':
    run(main)
