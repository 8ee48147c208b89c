/** @file Arrays as somebody would upload them. */

/** float32 `[rows, columns]` as an npy file of version 1.0. */
export function npyOf(values: Float32Array, columns: number): Uint8Array {
  const shape = `(${String(values.length / columns)}, ${String(columns)})`;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([head, header, Buffer.from(values.buffer)]);
}
