/** What is right by itself and wrong together: said while planning, before anything is read or loaded. */

/** Of the params, what can contradict something else. */
export interface Combined {
  readonly training: {
    readonly schedule: string;
    readonly restarts: number;
    readonly warmup: number;
    readonly packing: object | null;
    readonly attention: string;
  };
  readonly evaluation: { readonly every: number | 'never'; readonly earlyStopping: object | null };
  readonly checkpoints: { readonly select: string };
  readonly launch: { readonly processes: number; readonly strategy: string };
}

/** A param that does not go with the others; the message continues its name. */
export interface Contradiction {
  readonly path: string[];
  readonly message: string;
}

export function contradictions(params: Combined): readonly Contradiction[] {
  const { training, evaluation, checkpoints, launch } = params;
  const found: Contradiction[] = [];
  const refuse = (path: string, message: string): void => {
    found.push({ path: path.split('.'), message });
  };
  if (training.packing !== null && training.attention !== 'flash-attention-2') {
    refuse(
      'training.packing',
      "needs `training.attention: 'flash-attention-2'`: with other attention the rows packed together see each other",
    );
  }
  // The trainer's `constant` schedule ignores a warm-up without a word.
  if (training.schedule === 'constant' && training.warmup > 0) {
    refuse(
      'training.warmup',
      'takes 0 where `training.schedule` is `constant` (`constant-with-warmup` has a warm-up)',
    );
  }
  const restarting = training.schedule === 'cosine-with-restarts';
  if (restarting && training.restarts === 0) {
    refuse(
      'training.schedule',
      'takes `cosine` where `training.restarts` is 0: without a restart they are the same',
    );
  }
  if (!restarting && training.restarts > 0) {
    refuse(
      'training.restarts',
      'takes 0 where `training.schedule` is not `cosine-with-restarts`: no other schedule restarts',
    );
  }
  if (evaluation.every === 'never') {
    if (evaluation.earlyStopping !== null) {
      refuse('evaluation.earlyStopping', 'needs evaluations on the way, and `evaluation.every` is `never`');
    }
    if (checkpoints.select === 'best') {
      refuse(
        'checkpoints.select',
        'takes `last` where `evaluation.every` is `never`: no other checkpoint has a held-out loss',
      );
    }
  }
  if (launch.strategy === 'zero2' && launch.processes === 1) {
    refuse(
      'launch.strategy',
      'takes `ddp` where `launch.processes` is 1: ZeRO-2 shares the optimizer among processes',
    );
  }
  return found;
}
