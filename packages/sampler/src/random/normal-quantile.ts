/**
 * @file The quantile of the normal distribution, from + - * / and sqrt alone.
 *
 * IEEE 754 fixes the result of those five operations to the last bit, and JavaScript never fuses
 * them; Math.log, Math.cos and the like may differ between engines, so Box and Muller's method would
 * not be portable. The approximation is Wichura's AS 241 (PPND16, relative error 1e-16); its
 * logarithm in the tails is computed here.
 */

const LN2_HIGH = 0.6931471803691238; // 33 bits: exact when multiplied by a small integer
const LN2_LOW = 1.9082149292705877e-10;
const TWO_POW_33 = 8589934592;

// prettier-ignore
const A = [3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227] as const;
// prettier-ignore
const B = [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854] as const;
// prettier-ignore
const C = [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414] as const;
// prettier-ignore
const D = [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09] as const;

type Coefficients = readonly [number, number, number, number, number, number, number, number];

/**
 * The standard normal number at the middle of the `word`-th of 2^32 equal slices of probability.
 *
 * @param word integer in 0..2^32-1
 * @returns a number in -6.34..6.34
 */
export function normalQuantile(word: number): number {
  const slice = 2 * word + 1; // probability times 2^33, exact
  const q = slice / TWO_POW_33 - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * evaluate(A, r)) / evaluate(B, r);
  }
  // AS 241 has a further branch for sqrt(-log p) > 5, p below 1.4e-11: 32 bits end at 1.2e-10.
  const tail = q < 0 ? slice : TWO_POW_33 - slice;
  const r = Math.sqrt(-logOfSlice(tail)) - 1.6;
  const magnitude = evaluate(C, r) / evaluate(D, r);
  return q < 0 ? -magnitude : magnitude;
}

/** log(slice / 2^33) for an odd integer slice below 2^33. */
function logOfSlice(slice: number): number {
  let exponent = 0;
  let mantissa = slice;
  while (mantissa >= 2) {
    mantissa /= 2;
    exponent += 1;
  }
  if (mantissa * Math.SQRT1_2 > 1) {
    mantissa /= 2;
    exponent += 1;
  }
  // log m = 2 artanh((m - 1) / (m + 1)), |argument| < 0.172: thirteen terms reach 1e-17.
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let series = 0;
  for (let k = 25; k >= 3; k -= 2) series = (series + 1 / k) * s2;
  const power = exponent - 33;
  return power * LN2_HIGH + (power * LN2_LOW + (2 * s + 2 * s * series));
}

function evaluate(c: Coefficients, x: number): number {
  let value = c[7];
  value = value * x + c[6];
  value = value * x + c[5];
  value = value * x + c[4];
  value = value * x + c[3];
  value = value * x + c[2];
  value = value * x + c[1];
  return value * x + c[0];
}
