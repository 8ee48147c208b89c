/** @file Messages between a runtime and the process that optimises a graph for it. */

/** Paths of what is read and of what is written; the weights of the latter go beside it. */
export interface OptimiseJob {
  readonly model: string;
  readonly optimised: string;
}

export type OptimiseMessage =
  { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** Name of the file of weights beside an optimised graph. */
export const MAPPED_WEIGHTS = 'optimised-weights.bin';
