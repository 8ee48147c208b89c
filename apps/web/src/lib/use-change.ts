'use client';
/** @file Runs a mutation and keeps what is to be said about it. */
import { useState } from 'react';
import { describeError } from './describe-error.ts';
import type { UserErrorLike } from './user-errors.ts';

/** What a mutation's payload says went wrong; undefined where there was no answer at all. */
export type Outcome = readonly UserErrorLike[] | undefined;

/** `run` resolves to whether it happened; `failure` says why it did not. */
export function useChange() {
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (change: () => Promise<Outcome>): Promise<boolean> => {
    setFailure(null);
    setBusy(true);
    try {
      const errors = (await change()) ?? [];
      if (errors.length > 0) setFailure(errors.map(({ message }) => message).join(' '));
      return errors.length === 0;
    } catch (error) {
      setFailure(describeError(error).message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { failure, isBusy, run, forget: () => setFailure(null) };
}
