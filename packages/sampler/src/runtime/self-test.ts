/** @file Compares a session on a GPU provider with the same graph on the CPU. */

import { SelfTestError } from '../errors.ts';
import type { ExecutionProvider, HostTensor, SelfTest, Session } from './types.ts';

const DEFAULT_TOLERANCE = 2e-2;

/**
 * Runs both sessions on the same feeds. Some GPU providers are silently wrong for some shapes of
 * convolution, so the very graph that will be used is what is compared.
 *
 * @throws SelfTestError naming the first output that differs by more than the tolerance.
 */
export async function compareWithCpu(options: {
  readonly provider: ExecutionProvider;
  readonly session: Session;
  readonly reference: Session;
  readonly test: SelfTest;
}): Promise<void> {
  const { provider, session, reference, test } = options;
  const tolerance = test.tolerance ?? DEFAULT_TOLERANCE;
  const got = await session.run(test.feeds);
  const expected = await reference.run(test.feeds);
  for (const [name, tensor] of Object.entries(expected)) {
    const difference = relativeDifference(got[name], tensor);
    if (!(difference <= tolerance)) {
      throw new SelfTestError(provider, session.name, name, difference, tolerance);
    }
  }
}

function relativeDifference(got: HostTensor | undefined, expected: HostTensor): number {
  if (got === undefined || got.data.length !== expected.data.length) return Infinity;
  let largest = 0;
  let scale = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const want = Number(expected.data[i]);
    const difference = Math.abs(Number(got.data[i]) - want);
    if (Number.isNaN(difference)) return Infinity;
    largest = Math.max(largest, difference);
    scale = Math.max(scale, Math.abs(want));
  }
  return scale === 0 ? largest : largest / scale;
}
