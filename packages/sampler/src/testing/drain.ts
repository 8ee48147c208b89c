/** @file Runs an async generator to its end. */

/** All that was yielded, and what was returned. */
export async function drain<P, R>(
  run: AsyncGenerator<P, R>,
): Promise<{ readonly progress: readonly P[]; readonly result: R }> {
  const progress: P[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { progress, result: next.value };
    progress.push(next.value);
  }
}
