/** @file DUPLICATES: no image is there twice, byte for byte, and no two identities are one face to the recogniser. */

import { createHash } from 'node:crypto';

import { openPairs } from '@colloid/sampler';

import {
  type Check,
  type CheckContext,
  betweenIdentities,
  counted,
  MOST_LISTED,
  within,
} from './check.ts';
import {
  type ReferenceSet,
  referenceSets,
  runsWithoutEmbeddings,
} from '../../versions/embeddings.ts';
import { imagesOf } from './images.ts';

/** References nearer than this are one face, radians; `./colloid measure` counts the same. */
const SAME_FACE = 0.1;

/** Shares of the work after which all images have been read, and those that may be the same have been read again. */
const READ = 0.7;
const READ_AGAIN = 0.85;

export const duplicates: Check = async (context) => {
  const { images, groups, surplus } = await sameBytes(context);
  const faces = [];
  const sets = await referenceSets(context);
  for (const set of sets) {
    const report = within(context.report, READ_AGAIN, 1);
    const ofSet = within(report, faces.length / sets.length, (faces.length + 1) / sets.length);
    faces.push(await sameFaces({ ...context, report: ofSet }, set));
  }
  const pairs = faces.reduce((sum, { count }) => sum + count, 0);
  const unknown = runsWithoutEmbeddings(context);
  const problems = [
    ...(surplus === 0
      ? []
      : [
          `${counted(surplus, 'image')} ${surplus === 1 ? 'is' : 'are'} the same, byte for byte, as another, such as ${groups[0]?.join(' and ') ?? ''}.`,
        ]),
    ...(pairs === 0
      ? []
      : [
          `${counted(pairs, 'identity', 'identities')} ${pairs === 1 ? 'has' : 'have'} another within ${SAME_FACE} rad, which is one face to the recogniser.`,
        ]),
    ...(unknown.length === 0
      ? []
      : [
          `${counted(unknown.length, 'run')} of the version (${unknown.join(', ')}) ${unknown.length === 1 ? 'has' : 'have'} no embeddings, so nothing says whether faces are there twice.`,
        ]),
  ];
  const evidence = {
    images,
    sameBytes: { surplus, groups },
    sameFaces: { threshold: SAME_FACE, recognisers: faces, runsWithoutEmbeddings: unknown },
  };
  if (problems.length > 0)
    return {
      isPassed: false,
      sentence: `${problems.join(' ')} Leave one of each out by a subset.`,
      evidence,
    };
  const identities = faces.reduce((sum, set) => sum + set.identities, 0);
  return {
    isPassed: true,
    sentence: `No two of ${counted(images, 'image')} have the same bytes, and no two of ${counted(identities, 'identity', 'identities')} are nearer than ${SAME_FACE} rad.`,
    evidence,
  };
};

/** Images that have the bytes of another one. Memory: the first 8 bytes of each digest. */
async function sameBytes(context: CheckContext): Promise<{
  readonly images: number;
  readonly groups: readonly (readonly string[])[];
  /** Images that would have to go for each to be there once. */
  readonly surplus: number;
}> {
  const prefixes = new BigUint64Array(context.version.sampleCount);
  let images = 0;
  for await (const { bytes } of imagesOf(context, within(context.report, 0, READ))) {
    prefixes[images] = digestOf(bytes).readBigUInt64BE(0);
    images += 1;
  }
  const sorted = prefixes.subarray(0, images).sort();
  const suspects = new Set<bigint>();
  for (let k = 1; k < sorted.length; k += 1) {
    const prefix = sorted[k];
    if (prefix !== undefined && prefix === sorted[k - 1]) suspects.add(prefix);
  }
  if (suspects.size === 0) return { images, groups: [], surplus: 0 };
  // A second look at the few: the beginning of a digest may be the same by chance.
  const byDigest = new Map<string, string[]>();
  const counts = new Map<string, number>();
  const again = within(context.report, READ, READ_AGAIN);
  for await (const { run, identity, sample, bytes } of imagesOf(context, again)) {
    const digest = digestOf(bytes);
    if (!suspects.has(digest.readBigUInt64BE(0))) continue;
    const key = digest.toString('hex');
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const names = byDigest.get(key) ?? [];
    if (names.length < MOST_LISTED)
      names.push(`run ${run}, identity ${identity}, sample ${sample}`);
    byDigest.set(key, names);
  }
  const groups = [...byDigest.values()].filter((names) => names.length > 1).slice(0, MOST_LISTED);
  const surplus = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
  return { images, groups, surplus };
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

async function sameFaces(
  { runtime, signal, report }: CheckContext,
  { recogniser, embeddingDim, rows, owners }: ReferenceSet,
) {
  const identities = owners.length;
  if (identities < 2) return { recogniser, identities, count: 0, pairs: [] };
  const engine = openPairs(runtime, { embeddingDim });
  try {
    const onProgress = betweenIdentities(report, identities);
    const { theta, index } = await engine.nearest(rows, { signal, onProgress });
    const close = [...theta.keys()].filter((row) => (theta[row] ?? Math.PI) < SAME_FACE);
    const pairs = close.slice(0, MOST_LISTED).map((row) => {
      const nearest = owners[index[row] ?? -1];
      const [a, b] = [owners[row], nearest].map((owner) => ({
        run: owner?.run ?? 0,
        identity: owner?.identity ?? 0,
      }));
      return { a: a ?? null, b: b ?? null, theta: theta[row] ?? 0 };
    });
    return { recogniser, identities, count: close.length, pairs };
  } finally {
    await engine.close();
  }
}
