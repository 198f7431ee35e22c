/** Numbers that are measured in Python. */
import { pipeline } from '@temper/pipeline';
import { count } from '../small/count/stage.ts';
import { measure } from '../small/measure/stage.ts';

const { numbers } = count();
const { text: lengths } = measure({ numbers });

export default pipeline({ lengths });
