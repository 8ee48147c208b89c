/** @file Running minimum, mean and maximum. */

/** A type alias, so that it passes as JSON. */
export type Summary = Readonly<Record<'min' | 'mean' | 'max', number>>;

/** Minimum, sum and maximum of what was added. */
export class Spread {
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#sum += value;
    this.#count += 1;
  }

  /** Adds `count` values of which only these are known. */
  addMany(values: {
    readonly min: number;
    readonly max: number;
    readonly sum: number;
    readonly count: number;
  }): void {
    if (values.count === 0) return;
    this.#min = Math.min(this.#min, values.min);
    this.#max = Math.max(this.#max, values.max);
    this.#sum += values.sum;
    this.#count += values.count;
  }

  /** Adds all that another one holds. */
  merge(other: Spread): void {
    this.addMany({ min: other.#min, max: other.#max, sum: other.#sum, count: other.#count });
  }

  /** Corrects a value added within a sum: `exact` in place of `rounded`. */
  correct(rounded: number, exact: number): void {
    this.#min = Math.min(this.#min, exact);
    this.#sum += exact - rounded;
  }

  get count(): number {
    return this.#count;
  }

  /** All zero when nothing was added. */
  summary(): Summary {
    if (this.#count === 0) return { min: 0, mean: 0, max: 0 };
    return { min: this.#min, mean: this.#sum / this.#count, max: this.#max };
  }
}
