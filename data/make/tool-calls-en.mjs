// Makes data/tool-calls-en.train.jsonl and data/tool-calls-en.test.jsonl: ShareGPT conversations with tools, in English.
// Held-out conversations end in the call that is wanted, so that what a model answers can be compared with it exactly.

import { createRandom, inTurn } from './random.mjs';
import { skills } from './tools/en.mjs';

const fill = (template, given) => template.replace(/\{(\w+)\}/g, (_, name) => String(given[name]));
const draw = (skill, half, random) =>
  Object.fromEntries(Object.entries(skill.values[half]).map(([name, values]) => [name, random.pick(values)]));
const human = (value) => ({ from: 'human', value });
const call = (skill, given) => ({
  from: 'function_call',
  value: JSON.stringify({ name: skill.name, arguments: given }),
});
const told = (sentence) => [
  { from: 'observation', value: '{"status":"ok"}' },
  { from: 'gpt', value: sentence },
];
/** Held-out conversations go on after words of their own. */
const heldOutWords = ['All set.', 'Done, that is taken care of.', 'It worked. What else?'];

function toolbox(random, needed, others) {
  const rest = skills.filter((skill) => !needed.includes(skill));
  return JSON.stringify(
    random.shuffle([...needed, ...random.sample(rest, others)]).map(({ name, description, properties }) => ({
      name,
      description,
      parameters: {
        type: 'object',
        properties,
        required: Object.keys(properties),
      },
    })),
  );
}

/** Units and their likes belong together: miles become kilometers, not kilograms. */
function sensible(skill, given, half) {
  if (skill.name !== 'convert_units') return given;
  const { from_unit: from, to_unit: to } = skill.values[half];
  return { ...given, to_unit: to[from.indexOf(given.from_unit)] };
}

function makeHalf(half, seed, { each, pairs }) {
  const random = createRandom(seed);
  const phrasing = new Map(skills.map((skill) => [skill, inTurn(skill.ask[half])]));
  const rows = [];
  const seen = new Set();
  const words = inTurn(heldOutWords);
  const reply = (skill, given) => told(half === 'test' ? words() : fill(skill.told, given));
  const ask = (skill) => {
    // Pools are small: a wish that has been said already is drawn again.
    for (;;) {
      const given = sensible(skill, draw(skill, half, random), half);
      const wish = fill(phrasing.get(skill)(), given);
      if (seen.has(wish)) continue;
      seen.add(wish);
      return { given, wish };
    }
  };
  for (const skill of skills) {
    for (let count = 0; count < each; count += 1) {
      const { given, wish } = ask(skill);
      const ends = half === 'train' && count % 4 === 3 ? reply(skill, given) : [];
      rows.push({
        conversations: [human(wish), call(skill, given), ...ends],
        tools: toolbox(random, [skill], count % 2),
      });
    }
  }
  for (let count = 0; count < pairs; count += 1) {
    const [first, second] = random.sample(skills, 2);
    const [one, two] = [ask(first), ask(second)];
    rows.push({
      conversations: [
        human(one.wish),
        call(first, one.given),
        ...reply(first, one.given),
        human(two.wish),
        call(second, two.given),
      ],
      tools: toolbox(random, [first, second], 0),
    });
  }
  return random.shuffle(rows);
}

export function makeToolCallsEnglish() {
  return {
    train: makeHalf('train', 135, { each: 29, pairs: 60 }),
    test: makeHalf('test', 531, { each: 4, pairs: 12 }),
  };
}
