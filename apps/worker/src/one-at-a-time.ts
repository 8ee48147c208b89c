/** @file One computation at a time in a process, in the order of asking: two would share its cores and double its memory. */

/** Makes a function that runs what it is given only when everything given before has ended. */
export function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    // How one ends is for whoever gave it; the next begins in any case.
    last = result.catch(() => undefined);
    return result;
  };
}
