/** @file Images per second of one model, forward and with the gradient. */

import type { Probe } from './probe.ts';
import type { Speed } from './report.ts';

/** Every figure is measured for at least this long, after one run that does not count. */
const LEAST_SECONDS = 0.4;
const MOST_RUNS = 64;

export interface SpeedOptions {
  /** Rows to run on, at least a batch of them. */
  readonly inputs: Float32Array;
  readonly clock: () => number;
  readonly hasGradient: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** At a batch of one and at the probe's own; a model with a fixed batch at that only. */
export async function measureSpeed(probe: Probe, options: SpeedOptions): Promise<Speed[]> {
  const { inputs, hasGradient } = options;
  const rows = inputs.length / probe.inputs;
  const sizes = probe.isFixed
    ? [probe.batchSize]
    : [...new Set([1, Math.min(rows, probe.batchSize)])];
  const speeds: Speed[] = [];
  for (const batch of sizes) {
    const x = repeatRows(inputs, probe.inputs, batch);
    const cotangents = new Float32Array(batch * probe.outputs).fill(1);
    speeds.push({
      batch,
      forwardPerSecond: batch / (await secondsPerRun(() => probe.evaluate(x), options)),
      gradientPerSecond: hasGradient
        ? batch / (await secondsPerRun(() => probe.pullback(x, cotangents), options))
        : null,
    });
  }
  return speeds;
}

async function secondsPerRun(
  run: () => Promise<unknown>,
  { clock, signal }: SpeedOptions,
): Promise<number> {
  await run();
  const began = clock();
  let runs = 0;
  let elapsed = 0;
  while (runs < MOST_RUNS && elapsed < LEAST_SECONDS) {
    signal?.throwIfAborted();
    await run();
    runs += 1;
    elapsed = clock() - began;
  }
  return elapsed / runs;
}

/** `count` rows, from the beginning again where there are fewer. */
function repeatRows(data: Float32Array, width: number, count: number): Float32Array {
  const rows = data.length / width;
  const result = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    const from = (row % rows) * width;
    result.set(data.subarray(from, from + width), row * width);
  }
  return result;
}
