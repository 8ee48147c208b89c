/** @file From callbacks to an async iterator, without growing for ever. */

/** Events waiting for one reader. When more than `limit` wait, the oldest are dropped: readers ask for what they missed. */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #onEnd: () => void;
  readonly #waiting: T[] = [];
  #wake: (() => void) | undefined;
  #hasEnded = false;

  /** @param onEnd called once, when the reader leaves or the writer ends the queue. */
  constructor(limit: number, onEnd: () => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  /** Adds an event; after the end it does nothing. */
  push(event: T): void {
    if (this.#hasEnded) return;
    this.#waiting.push(event);
    if (this.#waiting.length > this.#limit) this.#waiting.shift();
    this.#wake?.();
  }

  /** No more events; those that wait are still read. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    this.#wake?.();
  }

  /** The next event, once there is one. */
  async next(): Promise<IteratorResult<T>> {
    while (this.#waiting.length === 0) {
      if (this.#hasEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const [value] = this.#waiting.splice(0, 1) as [T];
    return { done: false, value };
  }

  /** The reader leaves. */
  return(): Promise<IteratorResult<T>> {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
