/** @file Progress that is told by a computation and written by the way. */

/** Writes no more often than once for each of this share, unless what is worked at is another thing. */
const STEP = 0.02;

/** Tells how much is done, 0 to 1, and what is worked at in words, such as "shard 12 of 40". */
export type ReportProgress = (share: number, step?: string) => void;

/** Takes shares as they come; one write goes on at a time, and what comes meanwhile is left out. */
export interface ProgressWriter {
  readonly report: ReportProgress;
  /** Waits for the write that goes on. @throws what a write threw */
  end(): Promise<void>;
}

/** How seldom a writer writes. */
interface WriterOptions {
  /** Between the beginnings of two writes. @default 0 */
  readonly leastSeconds?: number;
  /** Seconds from any origin. @default that of the process */
  readonly clock?: () => number;
}

/** @param write a share, 0 to 1, never less than one before, and the words beside it, empty where there are none */
export function progressWriter(
  write: (share: number, step: string) => Promise<unknown>,
  { leastSeconds = 0, clock = () => performance.now() / 1000 }: WriterOptions = {},
): ProgressWriter {
  let written = 0;
  let writtenStep = '';
  let writtenAt = Number.NEGATIVE_INFINITY;
  let isWriting = false;
  let last: Promise<void> = Promise.resolve();
  return {
    report: (share, step = '') => {
      if (isWriting || (share < written + STEP && step === writtenStep)) return;
      if (clock() - writtenAt < leastSeconds) return;
      written = Math.max(written, share);
      writtenStep = step;
      writtenAt = clock();
      isWriting = true;
      // After a write that failed no other one is begun.
      last = write(written, step).then(() => {
        isWriting = false;
      });
      // Nobody waits for it before the end.
      last.catch(() => undefined);
    },
    end: () => last,
  };
}
