/**
 * @file The quantile of the normal distribution, from + - * / and sqrt alone.
 *
 * IEEE 754 fixes the result of those five operations to the last bit, and JavaScript never fuses
 * them; Math.log, Math.cos and the like may differ between engines, so Box and Muller's method would
 * not be portable. The approximation is Wichura's AS 241 (PPND16, relative error 1e-16); its
 * logarithm in the tails is computed here.
 */

const LN2_HIGH = 0.69314718036912381649; // 33 bits: exact when multiplied by a small integer
const LN2_LOW = 1.90821492927058770002e-10;
const SQRT_HALF = 0.7071067811865476;
const TWO_POW_33 = 8589934592;

// prettier-ignore
const A = [3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3] as const;
// prettier-ignore
const B = [1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3] as const;
// prettier-ignore
const C = [1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4] as const;
// prettier-ignore
const D = [1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9] as const;

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
  if (mantissa * SQRT_HALF > 1) {
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
