/** @file Recognises that a row was already there. */

import { Prisma } from '../generated/client.ts';

/** Whether `error` says that a unique constraint was violated. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
