"""tokenize: chats become token ids and labels, once, in the words of the model that will learn them.

The trainer takes the ids as they are. What it would do silently (cut long rows, drop rows without a label, write a
prefix twice, learn no end) is done, counted or refused here, where it can be seen before a GPU is asked for.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy
from chats import read_chats
from ends import describe_end, read_stop_ids, warn_of_endless_answers
from labels import Row, tokenize
from leaks import refuse_shared_rows
from review import Example, describe_finding, example_of, review
from safetensors.numpy import save_file
from summary import SAMPLES, describe_lengths, describe_sample, sample_positions
from tokenizers import Tokenizer
from twins import choose_training

from temper_job import Job, JobError, read_json, run, write_json, write_rows

NOT_LEARNED = -100


def main(job: Job) -> None:
    params = job.params
    job.phase('reading the rows')
    splits = {name: read_chats(job.input(name) / 'rows.jsonl') for name in ('train', 'test')}
    shared = refuse_shared_rows(splits['train'], splits['test'])

    folder = job.input('tokenizer')
    tokenizer = Tokenizer.from_file(str(folder / 'tokenizer.json'))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    specials = [token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special]
    stop_ids = read_stop_ids(folder)
    job.phase('comparing the chat templates')
    everything = [*splits['train'], *splits['test']]
    training = choose_training(_chat_template(folder), params['trainingTemplate'], everything)

    job.phase('tokenizing')
    summary: dict[str, Any] = {
        'v': 1,
        'template': {'name': training.name, 'spelling': training.spelling, 'rowsCompared': training.compared},
        'maxLength': params['maxLength'],
        'shared': shared,
    }
    samples = []
    done = 0
    for name, chats in splits.items():
        share = SAMPLES * len(chats) // len(everything) if name == 'train' else SAMPLES - len(samples)
        positions = sample_positions(len(chats), max(1, share))
        writer = SplitWriter(name, job.digest('tokenizer'), params['maxLength'], positions)
        for row in tokenize(chats, training, tokenizer):
            writer.add(row)
            done += 1
            if done % 2000 == 0:
                job.progress(done, len(everything))
        counts = writer.finish(job.output(f'{name}Tokens'), params['maxDropped'])
        if counts['truncated']:
            job.warning(
                'truncated',
                f'{counts["truncated"]} of {counts["rows"]} {name} rows are longer than {params["maxLength"]} tokens',
            )
        if name == 'train':
            summary['end'] = end = describe_end(writer.ends, stop_ids, tokenizer)
            if end is not None and end['stops'] is False:
                warn_of_endless_answers(job, end, stop_ids, tokenizer)
        reviewed = review(chats, specials)
        summary[name] = {**counts, **reviewed, 'findings': {'dropped': writer.dropped, **reviewed['findings']}}
        samples += writer.samples
    job.progress(done, len(everything))
    write_json(job.output('summary') / 'summary.json', {**summary, 'samples': samples})


class SplitWriter:
    """Collects the rows of one split, cut to the limit, and writes them as one flat array with offsets."""

    def __init__(self, name: str, tokenizer: str, max_length: int, sampled: set[int]) -> None:
        self._name = name
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._sampled = sampled
        self._ids: list[numpy.ndarray] = []
        self._labels: list[numpy.ndarray] = []
        self._rows: list[dict[str, Any]] = []
        self._lengths: list[int] = []
        self._dropped: list[Example] = []
        self._first_dropped = ''
        #: How many whole rows end with which token.
        self.ends: Counter[int] = Counter()
        self.samples: list[dict[str, Any]] = []

    def add(self, row: Row) -> None:
        if len(self._lengths) in self._sampled:
            self.samples.append(describe_sample(self._name, row, self._max_length))
        self._lengths.append(len(row.ids))
        learned = row.learned_within(self._max_length)
        if not learned:
            # Nothing to learn from: no answer, or one that lies wholly behind the limit.
            self._dropped.append(example_of(row.chat))
            self._first_dropped = self._first_dropped or row.chat.name
            return
        ids = numpy.array(row.ids[: self._max_length], dtype=numpy.int32)
        labels = numpy.full_like(ids, NOT_LEARNED)
        for start, end in learned:
            labels[start:end] = ids[start:end]
        if len(row.ids) <= self._max_length:
            self.ends[row.ids[row.learned[-1][1] - 1]] += 1
        self._ids.append(ids)
        self._labels.append(labels)
        self._rows.append({'id': row.chat.id, 'length': len(ids), 'truncated': len(row.ids) > self._max_length})

    @property
    def dropped(self) -> dict[str, Any]:
        """The rows that have no answer within the limit, as a finding."""
        return describe_finding(self._dropped)

    def finish(self, folder: Path, max_dropped: float) -> dict[str, Any]:
        """Writes tokens.safetensors and rows.jsonl; what was counted, or JobError when too many rows were dropped."""
        total, dropped = len(self._lengths), len(self._dropped)
        if not self._rows or dropped > max_dropped * total:
            raise JobError(
                'bad-input',
                f'{dropped} of {total} {self._name} rows have no answer within {self._max_length} tokens'
                f' (allowed: {max_dropped:.1%}), such as row {self._first_dropped}',
                'raise maxLength, shorten the rows, or allow more with maxDropped',
            )
        ids, labels = numpy.concatenate(self._ids), numpy.concatenate(self._labels)
        offsets = numpy.cumsum([0, *(row['length'] for row in self._rows)], dtype=numpy.int64)
        path = folder / 'tokens.safetensors'
        arrays = {'input_ids': ids, 'labels': labels, 'offsets': offsets}
        # Whoever reads the ids can tell whose they are.
        save_file(arrays, path, {'tokenizer': self._tokenizer})
        # safetensors writes 0600, which another user's container could not read.
        path.chmod(0o644)
        write_rows(folder / 'rows.jsonl', self._rows)
        return {
            'rows': total,
            'kept': len(self._rows),
            'truncated': sum(row['truncated'] for row in self._rows),
            'dropped': dropped,
            'tokens': int(len(ids)),
            'learnedTokens': int((labels != NOT_LEARNED).sum()),
            'lengths': describe_lengths(self._lengths, self._max_length),
        }


def _chat_template(folder: Path) -> str | None:
    """The tokenizer's own template: a file of its own, or (older) a field of the configuration."""
    file = folder / 'chat_template.jinja'
    if file.exists():
        return file.read_text(encoding='utf-8')
    template = read_json(folder / 'tokenizer_config.json').get('chat_template')
    if isinstance(template, list):
        template = next((each['template'] for each in template if each['name'] == 'default'), None)
    return template


if __name__ == '__main__':
    run(main)
