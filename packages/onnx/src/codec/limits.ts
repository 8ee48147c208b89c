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
  /** Bytes of memory that messages, names and numbers in lists become, as estimated before they are built; raw data does not count. @default 512 MiB */
  readonly objectBytes: number;
  /** Bytes of a name; names are repeated in errors, reports and logs. @default 4096 */
  readonly nameBytes: number;
}

export const DEFAULT_LIMITS: DecodeLimits = Object.freeze({
  bytes: 2 ** 31 - 1,
  nodes: 100_000,
  elements: 500_000_000,
  axes: 12,
  objectBytes: 512 * 1024 ** 2,
  nameBytes: 4096,
});
