/** @file Progress that is told by a computation and written by the way. */

/** Writes no more often than once for each of this share. */
const STEP = 0.02;

/** Takes shares as they come; one write goes on at a time, and what comes meanwhile is left out. */
export interface ProgressWriter {
  readonly report: (share: number) => void;
  /** Waits for the write that goes on. @throws what a write threw */
  end(): Promise<void>;
}

/** @param write a share, 0 to 1 */
export function progressWriter(write: (share: number) => Promise<unknown>): ProgressWriter {
  let written = 0;
  let isWriting = false;
  let last: Promise<void> = Promise.resolve();
  return {
    report: (share) => {
      if (isWriting || share < written + STEP) return;
      written = share;
      isWriting = true;
      // After a write that failed no other one is begun.
      last = write(share).then(() => {
        isWriting = false;
      });
      // Nobody waits for it before the end.
      last.catch(() => undefined);
    },
    end: () => last,
  };
}
