/** A step that fails as it is told, and one that does not depend on it. */
import { pipeline } from '@temper/pipeline';
import { count } from '../small/count/stage.ts';
import { misbehave } from '../small/misbehave/stage.ts';
import { sum } from '../small/sum/stage.ts';

const { numbers } = count();
const { numbers: made } = misbehave({ numbers });
const { text: total } = sum({ numbers: [made] });

export default pipeline({ total });
