/** @file Numbers of versions, which never change, so that the same question is answered once. */

/** Answers by their questions; the one that nobody has asked for longest is forgotten first. */
export class Remembered {
  readonly #limit: number;
  readonly #answers = new Map<string, Promise<unknown>>();

  /** @param limit most answers that are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The answer to `question`; who asks while it is being found waits for it. One that fails is not kept. */
  answer<T>(question: string, find: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question) as Promise<T> | undefined;
    if (known !== undefined) {
      // A map is in the order of its insertions: to the end with what is in use.
      this.#answers.delete(question);
      this.#answers.set(question, known);
      return known;
    }
    const found = find();
    this.#answers.set(question, found);
    const oldest = this.#answers.size > this.#limit ? this.#answers.keys().next().value : undefined;
    if (oldest !== undefined) this.#answers.delete(oldest);
    found.catch(() => {
      if (this.#answers.get(question) === found) this.#answers.delete(question);
    });
    return found;
  }
}
