/** Rows of ours become conversations, the long ones are left out, and a quarter is held out. */
import { pipeline } from '@temper/pipeline';
import { loadRows, split, toChat } from '@temper/stages';
import { keepShort } from '../stages/keep-short/stage.ts';

const { rows } = loadRows({ from: 'file', path: 'data/first.jsonl' });
const { dataset } = toChat({ rows });
const { dataset: short } = keepShort({ dataset }, { longest: 200 });
const { train, test } = split({ dataset: short }, { test: 0.25 });

export default pipeline({ train, test });
