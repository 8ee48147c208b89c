/** @file Files as other programs make them, for tests here and in the packages above. */
export { makePng } from './make-png.ts';
export { makeTar } from './make-tar.ts';
export type { TarContent } from './make-tar.ts';
export { makeZip } from './make-zip.ts';
