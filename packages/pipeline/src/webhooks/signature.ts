/** @file The signature of a delivery: HMAC-SHA256 over its time and body, so that neither can be changed nor sent again later. */

import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header with the signature. */
export const SIGNATURE_HEADER = 'colloid-signature';

/**
 * Signs a body.
 *
 * @param options.seconds Unix time of the try
 * @returns `t=<seconds>,v1=<64 hexadecimal digits>`
 */
export function signDelivery(options: {
  readonly secret: string;
  readonly seconds: number;
  readonly body: string;
}): string {
  return `t=${options.seconds},v1=${macOf(options).toString('hex')}`;
}

/**
 * What a receiver does: whether the header belongs to this body and is not older than `toleranceSeconds`.
 *
 * @example verifyDelivery({ secret, header, body, nowSeconds: Date.now() / 1000 })
 */
export function verifyDelivery(options: {
  readonly secret: string;
  readonly header: string;
  readonly body: string;
  readonly nowSeconds: number;
  /** @default 300 */
  readonly toleranceSeconds?: number;
}): boolean {
  const { secret, header, body, nowSeconds, toleranceSeconds = 300 } = options;
  const found = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (found === null) return false;
  const seconds = Number(found[1]);
  const given = Buffer.from(found[2] ?? '', 'hex');
  return (
    Math.abs(nowSeconds - seconds) <= toleranceSeconds &&
    timingSafeEqual(given, macOf({ secret, seconds, body }))
  );
}

function macOf(options: {
  readonly secret: string;
  readonly seconds: number;
  readonly body: string;
}): Buffer {
  return createHmac('sha256', options.secret).update(`${options.seconds}.${options.body}`).digest();
}
