/** @file Rate and latent noise over the steps of a projection, as published. */

const WARM_UP = 0.05;
const RAMP_DOWN = 0.25;
const NOISE_UNTIL = 0.75;

/** Share of the learning rate at t = step / steps: linear over the first 5 %, a half cosine down to 0 over the last 25 %. */
export function rateShare(t: number): number {
  const down = 0.5 - 0.5 * Math.cos(Math.min(1, (1 - t) / RAMP_DOWN) * Math.PI);
  return down * Math.min(1, t / WARM_UP);
}

/** Share of the first step's noise at t: max(0, 1 - t / 0.75)². */
export function noiseShare(t: number): number {
  return Math.max(0, 1 - t / NOISE_UNTIL) ** 2;
}
