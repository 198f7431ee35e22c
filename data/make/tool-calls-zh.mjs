// Makes data/tool-calls-zh.jsonl: ShareGPT conversations with tools, in Chinese.

import { createRandom, inTurn } from './random.mjs';
import { beyond, skills, systems, thanks } from './tools/zh.mjs';

const call = (skill, given) => ({
  from: 'function_call',
  value: JSON.stringify({ name: skill.tool.name, arguments: given }),
});
const observation = (answer) => ({
  from: 'observation',
  value: JSON.stringify(answer),
});
const human = (value) => ({ from: 'human', value });
const gpt = (value) => ({ from: 'gpt', value });

/** One use of a function, from the call to the sentence that tells its result. */
function use(skill, given, random) {
  const answer = skill.answer(given, random);
  return [call(skill, given), observation(answer), gpt(skill.tell(given, answer))];
}

/** The tools of a conversation: those it needs and some it does not, in random order. */
function toolbox(random, needed, others) {
  const rest = skills.filter((skill) => !needed.includes(skill));
  return JSON.stringify(random.shuffle([...needed, ...random.sample(rest, others)]).map(({ tool }) => tool));
}

export function makeToolCallsChinese() {
  const random = createRandom(2026);
  const rows = [];
  const phrasing = new Map(skills.map((skill) => [skill, inTurn(skill.ask)]));
  const system = inTurn([undefined, systems[0], undefined, undefined, systems[1]]);
  const add = (conversations, needed, others) => {
    const line = system();
    rows.push({
      conversations,
      ...(line === undefined ? {} : { system: line }),
      tools: toolbox(random, needed, others),
    });
  };

  for (const skill of skills) {
    for (let count = 0; count < 8; count += 1) {
      const given = skill.draw(random);
      const talk = [human(phrasing.get(skill)()(given)), ...use(skill, given, random)];
      if (count % 4 === 3) {
        const [end, reply] = random.pick(thanks);
        talk.push(human(end), gpt(reply));
      }
      add(talk, [skill], random.integer(0, 3));
    }
    if (skill.missing !== undefined) {
      for (let count = 0; count < 5; count += 1) {
        const given = skill.missing.given(random);
        add(
          [
            human(skill.missing.ask),
            gpt(skill.missing.question),
            human(skill.missing.reply(given)),
            ...use(skill, given, random),
          ],
          [skill],
          random.integer(1, 2),
        );
      }
    }
  }
  // Two wishes one after the other, each with a function of its own.
  for (let count = 0; count < 84; count += 1) {
    const [first, second] = random.sample(skills, 2);
    const [one, two] = [first.draw(random), second.draw(random)];
    const bridge = random.pick(['', '', '另外，', '还有，', '再麻烦一件事：']);
    add(
      [
        human(phrasing.get(first)()(one)),
        ...use(first, one, random),
        human(`${bridge}${phrasing.get(second)()(two)}`),
        ...use(second, two, random),
      ],
      [first, second],
      random.integer(0, 2),
    );
  }
  // Two calls for one wish: the second follows the first result without a word in between.
  for (let count = 0; count < 24; count += 1) {
    const [first, second] = random.sample(skills, 2);
    const [one, two] = [first.draw(random), second.draw(random)];
    const [left, right] = [first.answer(one, random), second.answer(two, random)];
    add(
      [
        human(`两件事：第一，${phrasing.get(first)()(one)}第二，${phrasing.get(second)()(two)}`),
        call(first, one),
        observation(left),
        call(second, two),
        observation(right),
        gpt(`${first.tell(one, left)}${second.tell(two, right)}`),
      ],
      [first, second],
      random.integer(0, 1),
    );
  }
  for (const [wish, reply] of beyond) {
    for (let count = 0; count < 3; count += 1) {
      const skill = random.pick(skills);
      const given = skill.draw(random);
      const talk =
        count === 0
          ? [human(wish), gpt(reply)]
          : count === 1
            ? [human(phrasing.get(skill)()(given)), ...use(skill, given, random), human(wish), gpt(reply)]
            : [human(wish), gpt(reply), human(phrasing.get(skill)()(given)), ...use(skill, given, random)];
      add(talk, [skill], random.integer(1, 2));
    }
  }
  const said = (row) =>
    row.conversations
      .filter(({ from }) => from === 'human')
      .map(({ value }) => value)
      .join('\n');
  return random.shuffle(
    rows.filter((row, index) => rows.findIndex((other) => said(other) === said(row)) === index),
  );
}
