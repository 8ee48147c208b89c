/** @file How far a computation of several steps is. */

/** Tells the share that is done, 0 to 1; it never falls. */
export class StepProgress {
  readonly #steps: number;
  readonly #report: (share: number) => void;
  #done = 0;

  /** @param steps how many there are, each counted the same */
  constructor(steps: number, report: (share: number) => void = () => undefined) {
    this.#steps = steps;
    this.#report = report;
  }

  /** How much of the step at hand is done, 0 to 1. */
  within(share: number): void {
    this.#report(Math.min(1, (this.#done + share) / this.#steps));
  }

  /** Ends the step at hand, whether it had anything to do or not. */
  next(): void {
    this.#done += 1;
    this.within(0);
  }
}
