/** @file Numbers in addresses: `/v/3`, `/runs/12`. */
import { notFound } from 'next/navigation';

const LARGEST_INT32 = 2_147_483_647;

/** Reads a whole number from an address; anything else is an address that leads nowhere. */
export function pathNumber(segment: string): number {
  const value = Number(segment);
  if (!/^\d{1,10}$/.test(segment) || value > LARGEST_INT32) notFound();
  return value;
}
