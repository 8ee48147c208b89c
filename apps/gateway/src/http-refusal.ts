/** @file How the paths beside GraphQL refuse a request: with a status, a code and a sentence. */
import { isUserError } from '@colloid/catalog';
import type { Actor, UserErrorCode } from '@colloid/catalog';
import type { Request } from 'express';

import type { GatewayContext } from './context.ts';

const STATUS = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  CONFLICT: 409,
  INVALID: 400,
  BUDGET_EXCEEDED: 409,
  GONE: 410,
} as const satisfies Record<UserErrorCode, number>;

/** Seconds after which somebody who was turned away with 503 may ask again. */
export const RETRY_AFTER_SECONDS = 10;

/** A request that is answered with a status and a sentence. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Who a request comes from, as far as a route asks. */
export type ContextOf = (request: Request) => Promise<Pick<GatewayContext, 'actor' | 'refusal'>>;

/** Who asks. @throws Refusal 401, with `sentence` where nobody is signed in */
export async function requireActor(
  request: Request,
  contextOf: ContextOf,
  sentence: string,
): Promise<Actor> {
  const { actor, refusal } = await contextOf(request);
  if (refusal !== null) {
    throw new Refusal(401, String(refusal.extensions['code']), refusal.message);
  }
  if (actor === null) throw new Refusal(401, 'UNAUTHENTICATED', sentence);
  return actor;
}

/** The refusal that an error stands for; null where whoever asked did nothing wrong. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  return isUserError(error) ? new Refusal(STATUS[error.code], error.code, error.message) : null;
}
