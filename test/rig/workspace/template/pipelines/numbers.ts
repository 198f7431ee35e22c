/** Numbers that are counted, scaled and summed on one way, and described on another. */
import { pipeline } from '@temper/pipeline';
import { count } from '../small/count/stage.ts';
import { describe } from '../small/describe/stage.ts';
import { parity } from '../small/parity/stage.ts';
import { scale } from '../small/scale/stage.ts';
import { sum } from '../small/sum/stage.ts';

const { numbers } = count();
const { numbers: scaled } = scale({ numbers }, { factor: 3 });
const { text: total } = sum({ numbers: [numbers, scaled] });
const { parities } = parity({ numbers });
const { text: description } = describe({ parities });

export default pipeline({ total, description });
