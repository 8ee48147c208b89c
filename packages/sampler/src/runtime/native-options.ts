/** @file The options of an onnxruntime session, the same in a thread that runs it and in the process that optimises it. */

import type { InferenceSession } from 'onnxruntime-node';

import type { ThreadSettings } from './protocol.ts';

/** Options that do not depend on what is loaded. */
export function nativeOptions(settings: ThreadSettings): InferenceSession.SessionOptions {
  return {
    executionProviders: settings.provider === 'cpu' ? ['cpu'] : [settings.provider, 'cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: { session: { intra_op: spinning(settings.spinMicroseconds) } },
  };
}

/**
 * Threads that spin for as long as onnxruntime lets them take the cores from the gateway and the database beside them: with as many
 * processes as cores a gradient ran 1.6 times slower (1.30, 2 cores).
 */
function spinning(microseconds: number): Readonly<Record<string, string>> {
  return microseconds === 0
    ? { allow_spinning: '0' }
    : { allow_spinning: '1', spin_duration_us: String(microseconds) };
}
