/** @file Bounds on what `decodeModel` reads; model files are untrusted. */

export interface DecodeLimits {
  /** Bytes of the file. @default 2 GiB - 1 */
  readonly bytes: number;
  /** Nodes of the graph. @default 100 000 */
  readonly nodes: number;
  /** Elements of all initialisers and constants together. @default 500 000 000 */
  readonly elements: number;
  /** Axes of any value. @default 12 */
  readonly axes: number;
}

export const DEFAULT_LIMITS: DecodeLimits = Object.freeze({
  bytes: 2 ** 31 - 1,
  nodes: 100_000,
  elements: 500_000_000,
  axes: 12,
});
