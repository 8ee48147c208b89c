/** @file Conversion between numbers and IEEE binary16 bits; kept here because Node 20's typed arrays have no Float16Array. */

const scratch = new DataView(new ArrayBuffer(4));

/** The binary16 bits nearest to `value` (ties to even), overflow to infinity. */
export function float16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  const target = exponent - 112;
  if (target >= 31) return sign | 0x7c00;
  if (target <= 0) {
    if (target < -10) return sign;
    return sign | roundShift(mantissa | 0x800000, 14 - target);
  }
  return sign | roundShift((target << 23) | mantissa, 13);
}

/** The number that binary16 bits stand for. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

function roundShift(value: number, shift: number): number {
  const half = 2 ** (shift - 1);
  const floor = Math.floor(value / 2 ** shift);
  const rest = value - floor * 2 ** shift;
  return floor + (rest > half || (rest === half && floor % 2 === 1) ? 1 : 0);
}
