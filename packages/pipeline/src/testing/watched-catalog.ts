/** @file The catalog of a worker that a test holds up, or stops, at a call of its own: nothing is left to which of two is faster. */

import type { Catalog } from '@colloid/catalog';

/** The services that a run tells of its way and that say what of it is done. */
type WatchedService = 'execution' | 'activities' | 'shards';

/** Awaited before the call is made. @param call such as `execution.startStage` @param input its first argument */
export type BeforeCall = (
  call: `${WatchedService}.${string}`,
  input: unknown,
) => Promise<void> | void;

/** The same catalog, whose calls of those services are told beforehand. */
export function watchedCatalog(catalog: Catalog, before: BeforeCall): Catalog {
  const watched = <Name extends WatchedService>(name: Name): Catalog[Name] =>
    new Proxy(catalog[name], {
      get(service, key) {
        const method = Reflect.get(service, key) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          await before(`${name}.${String(key)}`, args[0]);
          return method.apply(service, args);
        };
      },
    });
  return {
    ...catalog,
    execution: watched('execution'),
    activities: watched('activities'),
    shards: watched('shards'),
  };
}

/** The catalog of a worker that is told to stop when it makes this call in this stage. */
export function stoppingCatalog(
  catalog: Catalog,
  at: { readonly stage: string; readonly call: Parameters<BeforeCall>[0] },
): { readonly catalog: Catalog; readonly signal: AbortSignal } {
  const stop = new AbortController();
  let stage: unknown = null;
  const watched = watchedCatalog(catalog, (call, input) => {
    if (call === 'execution.startStage') stage = Reflect.get(Object(input) as object, 'stage');
    if (stage === at.stage && call === at.call) stop.abort(new Error(`stopped in ${at.stage}`));
  });
  return { catalog: watched, signal: stop.signal };
}
