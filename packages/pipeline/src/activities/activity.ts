/** @file One mechanism for retry, resume and caching: a step named by the digest of its inputs is done once. */

import { digestOf, type Json } from '../digest.ts';

/** Where finished activities are remembered; the catalog provides one. */
export interface ActivityStore {
  findActivity(digest: string): Promise<unknown>;
  /** Outputs by digest; digests that are not remembered are absent. */
  findActivities(digests: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  recordActivity(activity: {
    readonly digest: string;
    readonly name: string;
    readonly output: Json;
  }): Promise<void>;
}

export interface ActivityOptions<Output extends Json> {
  readonly name: string;
  /** Raised when the same inputs no longer give the same output. */
  readonly version: number;
  /** Everything the output depends on: digests, parameters, seeds. */
  readonly inputs: Json;
  /** Does the work. Its output names large results by digest, never holds them. */
  readonly compute: () => Promise<Output>;
}

/** The digest under which {@link runActivity} remembers the output. */
export function activityDigest({
  name,
  version,
  inputs,
}: Pick<ActivityOptions<Json>, 'name' | 'version' | 'inputs'>): string {
  return digestOf({ activity: name, version, inputs });
}

/**
 * Returns the remembered output of these inputs, or computes and remembers it. Two workers that race compute twice and
 * remember the same output, since an activity is a function of its inputs.
 */
export async function runActivity<Output extends Json>(
  store: ActivityStore,
  options: ActivityOptions<Output>,
): Promise<Output> {
  const digest = activityDigest(options);
  const remembered = await store.findActivity(digest);
  if (remembered !== null && remembered !== undefined) return remembered as Output;
  const output = await options.compute();
  await store.recordActivity({ digest, name: options.name, output });
  return output;
}
