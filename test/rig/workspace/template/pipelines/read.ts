/** Numbers that come from a file. */
import { pipeline } from '@temper/pipeline';
import { read } from '../small/read/stage.ts';

const { numbers } = read({ path: 'data/numbers.txt' });

export default pipeline({ numbers });
