/** @file What an inspection has checked so far, told as it goes. */

import type { Finding } from './judge.ts';
import { MODEL_CHECKS } from './report.ts';
import type { ModelCheck, ModelCheckId } from './report.ts';

export type CheckEvent =
  | { readonly kind: 'begun'; readonly id: ModelCheckId }
  | { readonly kind: 'ended'; readonly check: ModelCheck };

export interface CheckLogOptions {
  /** Seconds from any origin. */
  readonly clock: () => number;
  readonly onCheck?: (event: CheckEvent) => void;
}

/** The checks made so far, in their order; those that were never reached count as skipped. */
export class CheckLog {
  readonly #options: CheckLogOptions;
  readonly #made = new Map<ModelCheckId, ModelCheck>();
  #at: ModelCheckId = 'FILES';
  #since: number;

  constructor(options: CheckLogOptions) {
    this.#options = options;
    this.#since = options.clock();
  }

  begin(id: ModelCheckId): void {
    this.#at = id;
    this.#options.onCheck?.({ kind: 'begun', id });
  }

  end(id: ModelCheckId, finding: Finding): void {
    const now = this.#options.clock();
    const check = { id, ...finding, seconds: now - this.#since };
    this.#since = now;
    this.#made.set(id, check);
    this.#options.onCheck?.({ kind: 'ended', check });
  }

  /** Fails the check at hand. */
  fail(detail: string): void {
    this.end(this.#at, { state: 'FAILED', detail });
  }

  finish(): ModelCheck[] {
    return completeChecks([...this.#made.values()]);
  }
}

/** Every check in order; LIMITS passes unless somebody who watches from outside says otherwise. */
export function completeChecks(made: readonly ModelCheck[]): ModelCheck[] {
  return MODEL_CHECKS.flatMap((id): ModelCheck[] => {
    const check = made.find((one) => one.id === id);
    if (check !== undefined) return [check];
    if (id === 'LIMITS') return [];
    const detail = 'An earlier check failed, so that this one could not be made.';
    return [{ id, state: 'SKIPPED', detail, seconds: 0 }];
  });
}
