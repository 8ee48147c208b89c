/** @file Statistics of the sampling of variations. */

import { Spread } from '../pairs/accumulators.ts';
import type { Summary } from '../pairs/index.ts';

/** Over the variations of the identities concerned, at one iteration. */
export interface VariationStatistics {
  readonly iteration: number;
  /** Angle to the reference, radians. */
  readonly theta: Summary;
  /** |w_a - w_b| between variations of one identity. */
  readonly latentDistance: Summary;
  /** Norms of f_emb, f_rep, f_glob and their sum; null for the final state. */
  readonly forces: {
    readonly embedding: Summary;
    readonly repulsion: Summary;
    readonly global: Summary;
    readonly total: Summary;
  } | null;
  /** dt over identities; null for the final state. */
  readonly timestep: Summary | null;
}

/** Collects one iteration, over as many groups as are merged into it. */
export class VariationCollector {
  readonly theta = new Spread();
  readonly latentDistance = new Spread();
  readonly embedding = new Spread();
  readonly repulsion = new Spread();
  readonly global = new Spread();
  readonly total = new Spread();
  readonly timestep = new Spread();

  /** Adds what another one collected. */
  merge(other: VariationCollector): void {
    this.theta.merge(other.theta);
    this.latentDistance.merge(other.latentDistance);
    this.embedding.merge(other.embedding);
    this.repulsion.merge(other.repulsion);
    this.global.merge(other.global);
    this.total.merge(other.total);
    this.timestep.merge(other.timestep);
  }

  statistics(iteration: number): VariationStatistics {
    const moved = this.timestep.count > 0;
    return {
      iteration,
      theta: this.theta.summary(),
      latentDistance: this.latentDistance.summary(),
      forces: moved
        ? {
            embedding: this.embedding.summary(),
            repulsion: this.repulsion.summary(),
            global: this.global.summary(),
            total: this.total.summary(),
          }
        : null,
      timestep: moved ? this.timestep.summary() : null,
    };
  }
}
