"""Rows through the stage's own functions: what is written, what is learned, what is refused.

The tokenizer is a byte-level one without merges, so every token is one byte and a test can read what is learned.
"""

import json
import sys
import tempfile
import unittest
from pathlib import Path

STAGE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(STAGE))

from chats import Chat, create_render, read_chats  # noqa: E402
from ends import describe_end, read_stop_ids, warn_of_endless_answers  # noqa: E402
from labels import tokenize  # noqa: E402
from leaks import refuse_shared_rows  # noqa: E402
from review import review  # noqa: E402
from run import SplitWriter  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.numpy import load_file  # noqa: E402
from summary import describe_lengths  # noqa: E402
from temper_job import JobError  # noqa: E402
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers  # noqa: E402
from twins import choose_training  # noqa: E402

GLM4 = (STAGE.parent / 'load-weights/glm4.chat.jinja').read_text(encoding='utf-8')
#: The template of glm-4-9b-chat, which reads tools and calls from fields of its own; shortened where tools are listed.
GLM4_INLINE = (
    "[gMASK]<sop>{% for item in messages %}{% if item['tools'] is defined %}<|system|>\n"
    "你是一个名为 GLM-4 的人工智能助手。\n\n# 可用工具{% for tool in item['tools'] %}\n\n"
    "## {{ tool['function']['name'] }}\n\n{{ tool['function'] | tojson(indent=4) }}"
    '\n在调用上述函数时，请使用 Json 格式表示调用的参数。{% endfor %}{% endif %}'
    "{% if item['content'] %}<|{{ item['role'] }}|>{{ item['metadata'] }}\n{{ item['content'] }}{% endif %}{% endfor %}"
    '{% if add_generation_prompt %}<|assistant|>{% endif %}'
)
SMOLLM2 = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are SmolLM<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIALS = (
    '[gMASK]',
    '<sop>',
    '<|system|>',
    '<|user|>',
    '<|assistant|>',
    '<|observation|>',
    '<|im_start|>',
    '<|im_end|>',
)
TOOLS = [
    {'type': 'function', 'function': {'name': 'weather', 'description': '查天气', 'parameters': {'type': 'object'}}}
]


def byte_tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: index for index, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIALS])
    return tokenizer


TOKENIZER = byte_tokenizer()


class Warnings:
    """As much of a job as hears warnings."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def warning(self, code: str, message: str) -> None:
        self.told.append((code, message))


def user(content: str) -> dict:
    return {'role': 'user', 'content': content}


def assistant(content: str) -> dict:
    return {'role': 'assistant', 'content': content}


def call(*names: str) -> dict:
    calls = [{'type': 'function', 'function': {'name': name, 'arguments': {'city': '北京'}}} for name in names]
    return {'role': 'assistant', 'content': '', 'tool_calls': calls}


def tool(content: str) -> dict:
    return {'role': 'tool', 'content': content}


def chat(*messages: dict, id: str = 'row', tools: 'list | None' = None) -> Chat:
    return Chat(id, list(messages), tools)


def learned(row: Chat, template: str = GLM4, wanted: str = 'auto') -> 'list[str]':
    """The stretches that carry loss, as text."""
    (made,) = tokenize([row], choose_training(template, wanted, [row]), TOKENIZER)
    return [TOKENIZER.decode(made.ids[start:end], skip_special_tokens=False) for start, end in made.learned]


def text(row: Chat, template: str) -> str:
    return choose_training(template, 'auto', [row]).render(row.messages, row.tools, False)[0]


class Learned(unittest.TestCase):
    def test_the_answer_and_the_token_that_ends_it_are_learned_and_nothing_else(self) -> None:
        self.assertEqual(learned(chat(user('你好'), assistant('再见'))), ['\n再见<|user|>'])

    def test_each_answer_of_a_chat_is_learned(self) -> None:
        row = chat({'role': 'system', 'content': '短'}, user('一'), assistant('二'), user('三'), assistant('四'))
        self.assertEqual(learned(row), ['\n二<|user|>', '\n四<|user|>'])

    def test_two_questions_in_a_row_are_written_as_the_models_own_template_writes_them(self) -> None:
        row = chat(user('一'), assistant('二'), user('三'), user('四'), assistant('五'))
        self.assertEqual(learned(row), ['\n二<|user|>', '\n五<|user|>'])
        self.assertEqual(learned(row, SMOLLM2), ['二<|im_end|>', '五<|im_end|>'])

    def test_a_call_ends_where_the_result_begins(self) -> None:
        row = chat(user('天气'), call('weather'), tool('晴'), assistant('晴天'), tools=TOOLS)
        self.assertEqual(learned(row), ['weather\n{"city": "北京"}<|observation|>', '\n晴天<|user|>'])

    def test_several_calls_of_one_turn_are_learned_as_one_stretch_with_the_role_between_them(self) -> None:
        row = chat(user('天气'), call('x', 'y'), tool('1'), tool('2'), assistant('b'), tools=TOOLS)
        calls = 'x\n{"city": "北京"}<|assistant|>y\n{"city": "北京"}<|observation|>'
        for template in (GLM4, GLM4_INLINE):
            self.assertEqual(learned(row, template), [calls, '\nb<|user|>'])
        self.assertIn('<|observation|>\n1<|observation|>\n2<|assistant|>', text(row, GLM4))

    def test_what_is_said_before_a_call_is_learned_with_it(self) -> None:
        row = chat(user('天气'), {**call('x'), 'content': '我查一下'}, tool('1'), assistant('b'), tools=TOOLS)
        said = '\n我查一下<|assistant|>x\n{"city": "北京"}<|observation|>'
        for template in (GLM4, GLM4_INLINE):
            self.assertEqual(learned(row, template), [said, '\nb<|user|>'])

    def test_a_call_at_the_end_of_a_row_still_learns_to_stop(self) -> None:
        self.assertEqual(learned(chat(user('天气'), call('weather'), tools=TOOLS))[0][-15:], '<|observation|>')

    def test_chatml_learns_its_end_but_not_the_line_break_behind_it(self) -> None:
        self.assertEqual(learned(chat(user('hi'), assistant('yo')), SMOLLM2), ['yo<|im_end|>'])

    def test_an_answer_that_begins_with_line_breaks_keeps_them(self) -> None:
        self.assertEqual(learned(chat(user('a'), assistant('\n\nb '))), ['\n\n\nb <|user|>'])

    def test_a_template_that_marks_its_answers_is_used_as_it_is(self) -> None:
        answer = '{%- generation -%}{{ m.content }}<|user|>{%- endgeneration -%}'
        marked = "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}" + answer
        marked += '{% else %}{{ m.content }}{% endif %}{% endfor %}'
        self.assertEqual(learned(chat(user('a'), assistant('b')), marked), ['b<|user|>'])

    def test_labels_agree_with_what_transformers_masks(self) -> None:
        from transformers import PreTrainedTokenizerFast

        rows = [
            chat(user('一'), assistant('二'), user('三'), assistant('四')),
            chat(user('天气'), call('weather'), tool('晴'), assistant('好')),
        ]
        theirs = PreTrainedTokenizerFast(tokenizer_object=TOKENIZER)
        template = (STAGE / 'templates/glm4.jinja').read_text(encoding='utf-8')
        for row, made in zip(rows, tokenize(rows, choose_training(GLM4, 'auto', rows), TOKENIZER), strict=True):
            mask = theirs.apply_chat_template(
                row.messages, chat_template=template, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
            )
            self.assertEqual(mask['input_ids'], made.ids)
            ours = [any(start <= at < end for start, end in made.learned) for at in range(len(made.ids))]
            self.assertEqual([bool(each) for each in mask['assistant_masks']], ours)

    def test_trl_accepts_the_training_template(self) -> None:
        from transformers import PreTrainedTokenizerFast
        from trl.chat_template_utils import is_chat_template_prefix_preserving, is_chat_template_stop_token_trained

        theirs = PreTrainedTokenizerFast(tokenizer_object=TOKENIZER, eos_token='<|user|>')
        theirs.chat_template = (STAGE / 'templates/glm4.jinja').read_text(encoding='utf-8')
        self.assertTrue(is_chat_template_prefix_preserving(theirs))
        self.assertTrue(is_chat_template_stop_token_trained(theirs))


class Written(unittest.TestCase):
    def test_a_row_is_written_as_the_models_own_template_writes_it_plus_its_end(self) -> None:
        row = chat(user('一'), assistant('二'))
        self.assertEqual(text(row, GLM4), '[gMASK]<sop><|user|>\n一<|assistant|>\n二<|user|>')
        self.assertEqual(create_render(GLM4)(row.messages, None, False)[0] + '<|user|>', text(row, GLM4))

    def test_tools_reach_a_template_that_reads_them_from_a_message(self) -> None:
        row = chat(user('天气'), call('weather'), tool('晴'), assistant('好'), tools=TOOLS)
        training = choose_training(GLM4_INLINE, 'auto', [row])
        self.assertEqual((training.name, training.spelling), ('glm4', 'inline-tools'))
        written = training.render(row.messages, row.tools, False)[0]
        # The sentence about itself is the model's, not ours; and Jinja eats the line break behind a block.
        self.assertTrue(
            written.startswith('[gMASK]<sop><|system|>\n你是一个名为 GLM-4 的人工智能助手。\n\n# 可用工具\n## weather')
        )
        self.assertTrue(
            written.endswith(
                '<|user|>\n天气<|assistant|>weather\n{"city": "北京"}<|observation|>\n晴<|assistant|>\n好<|user|>'
            )
        )

    def test_the_default_system_turn_of_a_model_is_taken_over(self) -> None:
        self.assertTrue(
            text(chat(user('hi'), assistant('yo')), SMOLLM2).startswith(
                '<|im_start|>system\nYou are SmolLM<|im_end|>\n'
            )
        )
        row = chat({'role': 'system', 'content': 'S'}, user('hi'), assistant('yo'))
        self.assertTrue(text(row, SMOLLM2).startswith('<|im_start|>system\nS<|im_end|>\n'))


class Refused(unittest.TestCase):
    def refusal(self, row: Chat, template: 'str | None' = GLM4, wanted: str = 'auto') -> str:
        with self.assertRaises(JobError) as caught:
            list(tokenize([row], choose_training(template, wanted, [row]), TOKENIZER))
        self.assertEqual(caught.exception.reason, 'bad-input')
        return caught.exception.message

    def test_a_prefix_that_is_written_twice(self) -> None:
        twice = GLM4.replace('[gMASK]<sop>', '[gMASK]<sop>[gMASK]<sop>', 1)
        marked = (
            (STAGE / 'templates/glm4.jinja')
            .read_text(encoding='utf-8')
            .replace('[gMASK]<sop>', '[gMASK]<sop>[gMASK]<sop>', 1)
        )
        row = chat(user('a'), assistant('b'))
        self.assertIn('begins with its special tokens twice', self.refusal(row, marked))
        self.assertIn("at character 12: '<|user|>", self.refusal(row, twice))

    def test_an_answer_that_another_answer_follows(self) -> None:
        row = chat(user('a'), assistant('b'), assistant('c'), id='r7')
        self.assertIn('row r7 has an answer whose end would not be learned', self.refusal(row))

    def test_a_row_that_a_template_which_marks_its_answers_does_not_take(self) -> None:
        answer = '{% generation %}{{ m.content }}<|user|>{% endgeneration %}'
        marked = "{% for m in messages %}{% if m.role == 'assistant' %}" + answer
        marked += "{% elif (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}"
        marked += '{% else %}<|user|>{{ m.content }}<|assistant|>{% endif %}{% endfor %}'
        row = chat(user('a'), user('b'), assistant('c'), id='r8')
        self.assertEqual(self.refusal(row, marked), 'the chat template refuses row r8: roles must alternate')

    def test_an_unknown_template_is_refused_with_the_place_where_each_twin_parts(self) -> None:
        message = self.refusal(
            chat(user('a'), assistant('b')), '{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}'
        )
        self.assertIn(
            "no training template fits the tokenizer's chat template: glm4 differs on row row (at character", message
        )
        self.assertIn('; chatml differs on row row', message)

    def test_a_template_that_trims_what_the_twin_keeps(self) -> None:
        trims = GLM4.replace('{{ message.content }}', '{{ message.content | trim }}')
        self.assertIn('glm4 differs', self.refusal(chat(user('a'), assistant('b ')), trims))

    def test_tools_that_the_template_leaves_out(self) -> None:
        self.assertIn(
            'it leaves out the tools of row row', self.refusal(chat(user('a'), assistant('b'), tools=TOOLS), SMOLLM2)
        )

    def test_a_tokenizer_without_a_template_needs_a_name(self) -> None:
        row = chat(user('a'), assistant('b'))
        self.assertEqual(self.refusal(row, None), 'the tokenizer has no chat template')
        self.assertEqual(
            [made.text for made in tokenize([row], choose_training(None, 'glm4', [row]), TOKENIZER)], [text(row, GLM4)]
        )

    def test_without_a_template_tools_are_written_as_the_newest_release_does(self) -> None:
        row = chat(user('a'), call('weather'), tools=TOOLS)
        self.assertEqual(
            choose_training(None, 'glm4', [row]).render(row.messages, row.tools, False)[0], text(row, GLM4)
        )


class Splits(unittest.TestCase):
    def test_a_prompt_on_both_sides_is_refused_whatever_the_ids_say(self) -> None:
        train = [chat(user('a'), assistant('b'), id='1')]
        for test, same in (
            (chat(user('z'), assistant('b'), id='1'), 'ids'),
            (chat(user('a'), assistant('c'), id='2'), 'prompts'),
        ):
            with self.assertRaisesRegex(JobError, rf'1 of 1 test rows stand in the training rows too \(same {same}\)'):
                refuse_shared_rows(train, [test])
        self.assertEqual(
            refuse_shared_rows(train, [chat(user('c'), assistant('b'), id='2')]), {'ids': 0, 'prompts': 0, 'rows': 0}
        )

    def write(self, rows: 'list[Chat]', max_length: int, max_dropped: float) -> 'tuple[dict, Path]':
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        writer = SplitWriter('train', 'a' * 64, max_length, {0})
        for row in tokenize(rows, choose_training(GLM4, 'auto', rows), TOKENIZER):
            writer.add(row)
        return writer.finish(Path(holder.name), max_dropped), Path(holder.name)

    def test_long_rows_are_cut_and_rows_without_an_answer_dropped_and_both_are_counted(self) -> None:
        rows = [
            chat(user('a'), assistant('b'), id='1'),
            chat(user('a'), assistant('b' * 50), id='2'),
            chat(user('a' * 50), assistant('b'), id='3'),
        ]
        counts, folder = self.write(rows, 20, 0.5)
        self.assertEqual(
            {name: counts[name] for name in ('rows', 'kept', 'truncated', 'dropped')},
            {'rows': 3, 'kept': 2, 'truncated': 1, 'dropped': 1},
        )
        arrays = load_file(folder / 'tokens.safetensors')
        with safe_open(folder / 'tokens.safetensors', framework='numpy') as file:
            self.assertEqual(file.metadata(), {'tokenizer': 'a' * 64})
        self.assertEqual(arrays['offsets'].tolist(), [0, 9, 29])
        self.assertEqual({str(array.dtype) for array in arrays.values()}, {'int32', 'int64'})
        lines = [json.loads(line) for line in (folder / 'rows.jsonl').read_text().splitlines()]
        self.assertEqual(
            lines, [{'id': '1', 'length': 9, 'truncated': False}, {'id': '2', 'length': 20, 'truncated': True}]
        )
        labels, ids = arrays['labels'][:9].tolist(), arrays['input_ids'][:9].tolist()
        self.assertEqual(labels, [-100] * 6 + ids[6:])

    def test_too_many_dropped_rows_fail_with_the_numbers(self) -> None:
        rows = [chat(user('a'), assistant('b'), id='1'), chat(user('a' * 50), assistant('b'), id='3')]
        with self.assertRaisesRegex(
            JobError, r'1 of 2 train rows have no answer within 20 tokens \(allowed: 10.0%\), such as row 3'
        ):
            self.write(rows, 20, 0.1)

    def test_a_row_is_named_by_its_id_and_its_line(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        file = Path(holder.name) / 'train' / 'rows.jsonl'
        file.parent.mkdir()
        rows = [{'id': f'id-{at}', 'messages': [user('a'), assistant('b' * (1 + 40 * at))]} for at in range(2)]
        rows[1]['messages'].insert(0, user('c' * 60))
        file.write_text(''.join(json.dumps(row) + '\n' for row in rows))
        first, second = read_chats(file)
        self.assertEqual((first.name, second.name), ('id-0 (line 1 of train)', 'id-1 (line 2 of train)'))
        with self.assertRaisesRegex(JobError, r'such as row id-1 \(line 2 of train\)$'):
            self.write([first, second], 20, 0.1)

    def end_of(self, rows: 'list[Chat]', stops: object, max_length: int = 20) -> 'tuple[dict | None, list]':
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        if stops is not None:
            (Path(folder.name) / 'generation_config.json').write_text(json.dumps({'eos_token_id': stops}))
        writer = SplitWriter('train', 'a' * 64, max_length, {0})
        for row in tokenize(rows, choose_training(GLM4, 'auto', rows), TOKENIZER):
            writer.add(row)
        stop_ids = read_stop_ids(Path(folder.name))
        end, job = describe_end(writer.ends, stop_ids, TOKENIZER), Warnings()
        if end is not None and end['stops'] is False:
            warn_of_endless_answers(job, end, stop_ids, TOKENIZER)
        return end, job.told

    def test_answers_that_end_where_generation_does_not_stop_are_told_before_a_training(self) -> None:
        rows = [chat(user('a'), assistant('b'), id=str(at)) for at in range(3)]
        ends, old = (TOKENIZER.token_to_id(token) for token in ('<|user|>', '<|im_end|>'))
        told = {'token': '<|user|>', 'rows': 3, 'of': 3}
        for stops in (ends, [old, ends]):
            self.assertEqual(self.end_of(rows, stops), ({**told, 'stops': True}, []))
        end, ((code, message),) = self.end_of(rows, old)
        self.assertEqual((end, code), ({**told, 'stops': False}, 'never-stops'))
        self.assertRegex(message, r'^3 of 3 rows teach to end with <\|user\|>, .* stops at <\|im_end\|>\): add it to')
        self.assertEqual(self.end_of(rows, None), ({**told, 'stops': None}, []))
        self.assertEqual(self.end_of([chat(user('a'), assistant('b' * 50))], old), (None, []))

    def test_a_finding_shows_the_place_where_it_was_found_and_no_row_twice(self) -> None:
        long = chat(user('word ' * 100 + '{{ name }}' + ' word' * 100), assistant('x'), id='long')
        findings = review([long, long, long])['findings']
        self.assertEqual(findings['repeatedPrompts']['rows'], 2)
        self.assertEqual(findings['repeatedPrompts']['examples'], ['long'])
        numbered = [Chat(long.id, long.messages, None, 'train', line) for line in (4, 7, 9)]
        self.assertEqual(review(numbered)['findings']['repeatedPrompts']['lines'], [7])
        (text,) = findings['unfilledBraces']['texts']
        self.assertIn('word {{ name }} word', text)
        self.assertLessEqual(len(text), 80)

    def test_one_long_row_does_not_press_the_histogram_together(self) -> None:
        told = describe_lengths([10, 90, 100, 110, 199, 200, 9000], 100)
        self.assertEqual(told['histogram'], {'width': 13, 'rows': [1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 2, 1]})
        self.assertEqual(describe_lengths([10, 90], 160)['histogram'], {'width': 10, 'rows': [0, 1] + [0] * 7 + [1]})

    def test_the_same_rows_give_the_same_bytes(self) -> None:
        rows = [chat(user('一'), assistant('二'), id=str(at)) for at in range(5)]
        folders = [self.write(rows, 64, 0)[1] for _ in range(2)]
        for name in ('tokens.safetensors', 'rows.jsonl'):
            self.assertEqual(*((folder / name).read_bytes() for folder in folders))

    def test_the_review_finds_what_a_person_would_want_to_see(self) -> None:
        rows = [
            chat(user('a'), assistant(' '), id='empty'),
            chat(user('same'), assistant('same'), id='echo'),
            chat(user('I am {{name}}'), assistant('hello'), id='braces'),
            chat(user('中文问题'), assistant('中文回答<|user|>'), id='special'),
            chat(user('same'), assistant('x'), id='again'),
        ]
        found = review(rows)
        self.assertEqual(
            {name: each['examples'] for name, each in found['findings'].items() if each['rows']},
            {
                'repeatedPrompts': ['again'],
                'emptyAnswers': ['empty'],
                'echoedPrompts': ['echo'],
                'unfilledBraces': ['braces'],
                'specialTokensInText': ['special'],
            },
        )
        self.assertEqual(
            [text for each in found['findings'].values() for text in each['texts']],
            ['same', 'a', 'same', 'I am {{name}} hello', '中文问题 中文回答<|user|>'],
        )
        self.assertEqual(found['languages'], {'chinese': 0.2, 'latin': 0.8})

    def test_the_review_finds_what_this_tokenizer_takes_for_a_special_token(self) -> None:
        rows = [chat(user('fill in the [MASK]'), assistant('with <eop>'), id='own'), chat(user('a|b'), assistant('c'))]
        found = [review(rows, specials)['findings']['specialTokensInText'] for specials in ([], ['<eop>', '|>'])]
        self.assertEqual([each['examples'] for each in found], [[], ['own']])
        self.assertEqual(found[1]['texts'], ['in the [MASK] with <eop>'])


if __name__ == '__main__':
    unittest.main()
