/** @file The faces of pairs that a measurement lists by numbers. */
import type { Identity, Sample } from '@colloid/catalog';

import type { GatewayContext } from '../../context.ts';

/** Numbers of a run and of an identity in it. */
interface Place {
  readonly versionId: string;
  /** Left out where the version is of one run. */
  readonly run: number | undefined;
  readonly identity: number;
}

/** The sample; null where it is gone or not to be seen by whoever asks. */
export async function sampleAt(
  place: Place & { readonly sample: number },
  context: GatewayContext,
): Promise<Sample | null> {
  const runId = await runAt(place, context);
  if (runId === null) return null;
  const { identity: identityOrdinal, sample: ordinal } = place;
  return context.loaders.sample.load({ runId, identityOrdinal, ordinal });
}

/** The identity, as {@link sampleAt}. */
export async function identityAt(place: Place, context: GatewayContext): Promise<Identity | null> {
  const runId = await runAt(place, context);
  return runId === null ? null : context.loaders.identity.load({ runId, ordinal: place.identity });
}

async function runAt({ versionId, run }: Place, { loaders }: GatewayContext) {
  const runs = await loaders.runsByVersion.load(versionId);
  const found = run === undefined ? runs[0] : runs.find(({ number }) => number === run);
  return found?.id ?? null;
}
