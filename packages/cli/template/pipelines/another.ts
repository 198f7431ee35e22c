/** Rows of ours become conversations, and a quarter is held out. */
import { pipeline } from '@temper/pipeline';
import { loadRows, split, toChat } from '@temper/stages';

const { rows } = loadRows({ from: 'file', path: 'data/another.jsonl' });
const { dataset } = toChat({ rows });
const { train, test } = split({ dataset }, { test: 0.25 });

export default pipeline({ train, test });
