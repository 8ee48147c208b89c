/** @file Optional input: GraphQL says null where TypeScript says undefined. */

/** Whether a value was given at all. */
export function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined;
}
