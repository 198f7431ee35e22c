/** Beyond this, a step is taken for a mistake; the server would lose its last digits anyway. */
export const largestStep = 2 ** 48;

export type StepVerdict = 'new' | 'used' | 'before-resume';

/**
 * The steps of one key that are taken. The first writer of a step wins, so every step is remembered, as runs of
 * consecutive numbers: a million points in a row are one run.
 */
export class UsedSteps {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #floor: number;

  /** @param floor the last step that the server already has; nothing up to it is taken. */
  constructor(floor = -1) {
    this.#floor = floor;
  }

  take(step: number): StepVerdict {
    if (step <= this.#floor) return 'before-resume';
    const last = this.#ends.length - 1;
    const lastEnd = last === -1 ? -1 : (this.#ends[last] as number);
    if (step > lastEnd) {
      if (last !== -1 && step === lastEnd + 1) this.#ends[last] = step;
      else {
        this.#starts.push(step);
        this.#ends.push(step);
      }
      return 'new';
    }
    return this.#insert(step);
  }

  /** A step below the highest: rare, so a splice is good enough. */
  #insert(step: number): StepVerdict {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= step) low = middle + 1;
      else high = middle;
    }
    const before = low - 1;
    if (before >= 0 && step <= (this.#ends[before] as number)) return 'used';
    const joinsBefore = before >= 0 && this.#ends[before] === step - 1;
    const joinsAfter = this.#starts[low] === step + 1;
    if (joinsBefore && joinsAfter) {
      this.#ends[before] = this.#ends[low] as number;
      this.#starts.splice(low, 1);
      this.#ends.splice(low, 1);
    } else if (joinsBefore) this.#ends[before] = step;
    else if (joinsAfter) this.#starts[low] = step;
    else {
      this.#starts.splice(low, 0, step);
      this.#ends.splice(low, 0, step);
    }
    return 'new';
  }
}

/** Hands out steps where none is given: one more than the highest so far. */
export class StepCounter {
  #highest: number;

  constructor(highest = -1) {
    this.#highest = highest;
  }

  /** Undefined for something that cannot be a step. */
  resolve(given: number | undefined): number | undefined {
    if (given === undefined) return (this.#highest += 1);
    if (!Number.isInteger(given) || given < 0 || given > largestStep) return undefined;
    if (given > this.#highest) this.#highest = given;
    return given;
  }
}
