/** Two jobs that the test holds in its hand, each with a step after it. */
import { pipeline } from '@temper/pipeline';
import { count } from '../small/count/stage.ts';
import { hold } from '../small/hold/stage.ts';
import { sum } from '../small/sum/stage.ts';

const hand = process.env['HAND'] ?? '';
const { numbers } = count();
const { numbers: first } = hold({ numbers }, { hand, name: 'first' });
const { numbers: second } = hold({ numbers }, { hand, name: 'second' });
const { text: left } = sum({ numbers: [first] });
const { text: right } = sum({ numbers: [second, numbers] });

export default pipeline({ left, right });
