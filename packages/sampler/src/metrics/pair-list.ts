/** @file The closest of many pairs, as many as are to be listed, with the exact number of all. */

export interface ListedPair {
  readonly a: number;
  readonly b: number;
  /** Radians. */
  readonly theta: number;
}

export interface PairList {
  /** Radians; pairs below it are counted. */
  readonly threshold: number;
  /** All of them. */
  readonly count: number;
  /** The closest ones, closest first. */
  readonly listed: readonly ListedPair[];
}

/** Keeps the `limit` closest of the pairs it is given. */
export class ClosestPairs {
  readonly #limit: number;
  #pairs: ListedPair[] = [];
  #bound = Infinity;
  count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param theta any measure that orders as the angle does; `result` turns it into one */
  add(a: number, b: number, theta: number): void {
    this.count += 1;
    if (theta > this.#bound) return;
    this.#pairs.push({ a, b, theta });
    if (this.#pairs.length >= 2 * this.#limit + 16) this.#cut();
  }

  result(threshold: number, angleOf: (value: number) => number): PairList {
    this.#cut();
    const listed = this.#pairs.map((pair) => ({ ...pair, theta: angleOf(pair.theta) }));
    return { threshold, count: this.count, listed };
  }

  #cut(): void {
    this.#pairs.sort((p, q) => p.theta - q.theta || p.a - q.a || p.b - q.b);
    this.#pairs.length = Math.min(this.#pairs.length, this.#limit);
    if (this.#pairs.length === this.#limit) this.#bound = this.#pairs.at(-1)?.theta ?? Infinity;
  }
}
