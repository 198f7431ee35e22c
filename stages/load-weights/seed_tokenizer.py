"""The seed's tokenizer: byte-level BPE as GLM-4 does it, trained on the rows that lie beside this file.

Same corpus, same bytes, on every machine: the trainer counts integers, and the one unordered thing (the alphabet of
bytes) is sorted before it comes in.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from temper_job import JobError, write_json

#: In GLM-4's order, where they have the ids 151329 to 151338; here they are the last ten of the vocabulary.
SPECIAL_TOKENS = (
    '<|endoftext|>', '[MASK]', '[gMASK]', '[sMASK]', '<sop>', '<eop>',
    '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>',
)  # fmt: skip
#: An answer ends where the next role begins, so three tokens stop the generation.
STOP_TOKENS = ('<|endoftext|>', '<|user|>', '<|observation|>')
MAX_LENGTH = 1024

#: How GLM-4 cuts text into words before merging bytes: contractions, letters, numbers of up to three digits, the rest.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r'| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+'
)


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """A tokenizer of exactly `vocabulary` ids; JobError `user-error` when the texts do not give that many."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), 'isolated'),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=2,
        special_tokens=[],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL_TOKENS])
    if tokenizer.get_vocab_size() != vocabulary:
        raise JobError(
            'user-error',
            f'the corpus of the stage gives {tokenizer.get_vocab_size()} tokens, asked for {vocabulary}',
            'lower vocabulary',
        )
    prefix = ['[gMASK]', '<sop>']
    # GLM-4's own tokenizer puts the prefix before every text, and so does its chat template. Kept, because whoever
    # tokenizes a rendered chat the naive way gets two of them, and our checks must see that.
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=' '.join(prefix) + ' $A',
                special_tokens=[(token, tokenizer.token_to_id(token)) for token in prefix],
            ),
        ]
    )
    return tokenizer


def write_tokenizer(folder: Path, tokenizer: Tokenizer, template: str) -> None:
    """The files from which AutoTokenizer loads it, the chat template beside them."""
    tokenizer.save(str(folder / 'tokenizer.json'))
    (folder / 'chat_template.jinja').write_text(template, encoding='utf-8', newline='\n')
    write_json(
        folder / 'tokenizer_config.json',
        {
            'tokenizer_class': 'PreTrainedTokenizerFast',
            'eos_token': '<|endoftext|>',
            'pad_token': '<|endoftext|>',
            'padding_side': 'left',
            'extra_special_tokens': list(SPECIAL_TOKENS[1:]),
            'clean_up_tokenization_spaces': False,
            'model_max_length': MAX_LENGTH,
        },
    )
