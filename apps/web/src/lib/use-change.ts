'use client';
/** @file Runs a mutation and keeps what is to be said about it. */
import { useRef, useState } from 'react';
import { describeError } from './describe-error.ts';
import type { UserErrorLike } from './user-errors.ts';

/** What a mutation's payload says went wrong; undefined where there was no answer at all. */
export type Outcome = readonly UserErrorLike[] | undefined;

/**
 * `run` resolves to whether it happened; `failure` says why it did not. What is begun while another change is on its way waits for it,
 * so that the last one made is also the last one that the server hears of.
 */
export function useChange() {
  const [failure, setFailure] = useState<string | null>(null);
  const [waiting, setWaiting] = useState(0);
  const last = useRef<Promise<boolean>>(Promise.resolve(true));
  const perform = async (change: () => Promise<Outcome>): Promise<boolean> => {
    try {
      const errors = (await change()) ?? [];
      if (errors.length > 0) setFailure(errors.map(({ message }) => message).join(' '));
      return errors.length === 0;
    } catch (error) {
      setFailure(describeError(error).message);
      return false;
    } finally {
      setWaiting((count) => count - 1);
    }
  };
  const run = (change: () => Promise<Outcome>): Promise<boolean> => {
    setFailure(null);
    setWaiting((count) => count + 1);
    last.current = last.current.then(() => perform(change));
    return last.current;
  };
  return { failure, isBusy: waiting > 0, run, forget: () => setFailure(null) };
}
