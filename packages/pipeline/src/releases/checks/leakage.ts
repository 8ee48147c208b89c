/** @file LEAKAGE: the images show nobody of the galleries that were chosen, by no more than chance. */

import { decodeNpy } from '@colloid/formats';
import { measureLeakage } from '@colloid/sampler';
import { getContent, isStorageError } from '@colloid/storage';

import { type Check, type CheckContext, type CheckedRelease, counted } from './check.ts';
import { sampleRows } from './embeddings.ts';

type ChosenGallery = CheckedRelease['galleries'][number];

/** Standard deviations of a Poisson count by which matches may exceed what chance gives. */
const TOLERANCE = 3;
/** Below this many rows a gallery has too few different people to find a threshold by, radians then. */
const LEAST_ROWS = 100;
const PLAIN_THRESHOLD = 0.5;

export const leakage: Check = async (context) => {
  const { galleries } = context.release;
  if (galleries.length === 0) {
    return {
      isPassed: false,
      sentence:
        'No gallery was chosen, so nothing says whether an image resembles somebody; choose a gallery of the people that the models were trained on, or of others who must not be found.',
      evidence: { galleries: [] },
    };
  }
  const findings = [];
  for (const gallery of galleries) findings.push(await compare(context, gallery));
  const failed = findings.filter(({ problem }) => problem !== null);
  const [first] = failed;
  const evidence = { galleries: findings };
  if (first !== undefined) {
    const more =
      failed.length > 1 ? ` ${counted(failed.length - 1, 'gallery', 'galleries')} more.` : '';
    return { isPassed: false, sentence: `${first.problem ?? ''}${more}`, evidence };
  }
  return {
    isPassed: true,
    sentence: `In ${counted(galleries.length, 'gallery', 'galleries')} the images match nobody more often than different people match each other.`,
    evidence,
  };
};

async function compare(context: CheckContext, gallery: ChosenGallery) {
  const name = `${gallery.name}@${gallery.version}`;
  const { recogniserVersion } = gallery;
  const recogniser = `${recogniserVersion.name}@${recogniserVersion.version}`;
  const base = { gallery: name, digest: gallery.digest, recogniser };
  const other = context.version.parts.find(
    ({ recipe }) => recipe.recogniser.id !== gallery.recogniserVersionId,
  );
  if (other !== undefined) {
    const used = `${other.recipe.recogniser.name}@${other.recipe.recogniser.version}`;
    const problem = `The gallery ${name} was embedded by ${recogniser}, and run ${other.number} by ${used}, so the two cannot be compared; choose a gallery of ${used}.`;
    return { ...base, problem, found: null };
  }
  const rows = await rowsOf(context, gallery);
  if (typeof rows === 'string') return { ...base, problem: rows, found: null };
  const places = new Places();
  const { signal, runtime } = context;
  const isSmall = rows.count < LEAST_ROWS;
  const found = await measureLeakage(runtime, {
    gallery: { name, digest: gallery.digest ?? '', embeddings: rows.embeddings },
    recogniser,
    embeddingDim: rows.embeddingDim,
    samples: async function* () {
      places.clear();
      for await (const shard of sampleRows(context, gallery.recogniserVersionId)) {
        places.add(shard);
        yield shard.rows;
      }
    },
    ...(isSmall ? { threshold: PLAIN_THRESHOLD } : {}),
    signal,
  });
  const { toSamples } = found;
  const expected = toSamples.expected ?? 0;
  const most = expected + TOLERANCE * Math.sqrt(expected);
  const { count, threshold, listed } = toSamples.under;
  const problem =
    count <= most
      ? null
      : `${counted(count, 'pair')} of an image and a row of ${name} are nearer than ${threshold.toFixed(4)} rad, and chance would give ${expected.toFixed(1)}; leave the images of the evidence out by a subset, or train the generator on other data.`;
  return {
    ...base,
    problem,
    found: {
      samples: found.samples,
      rows: rows.count,
      threshold,
      falseMatchRate: toSamples.falseMatchRate,
      expected,
      most,
      under: count,
      samplesUnder: toSamples.samplesUnder,
      smallest: toSamples.min,
      closest: listed.map(({ a, b, theta }) => ({ of: places.at(a), row: b, theta })),
    },
  };
}

/** A gallery's rows, or the sentence why there are none. */
async function rowsOf(
  { store }: CheckContext,
  { name, version, digest }: ChosenGallery,
): Promise<
  | string
  | { readonly embeddings: Float32Array; readonly embeddingDim: number; readonly count: number }
> {
  if (digest === null)
    return `The gallery ${name}@${version} is not READY; wait for it, or choose another.`;
  try {
    const { data, shape } = decodeNpy(await getContent(store, digest));
    const [count = 0, embeddingDim = 0] = shape;
    if (!(data instanceof Float32Array)) throw new TypeError(`${digest} is not float32`);
    return { embeddings: data, embeddingDim, count };
  } catch (error) {
    if (!isStorageError(error, 'NOT_FOUND')) throw error;
    return `The content of the gallery ${name}@${version} is not in the object store; restore it from a backup, or register it again.`;
  }
}

/** Which sample a row of all samples is. Memory: 8 bytes a sample. */
class Places {
  #shards: {
    readonly first: number;
    readonly run: number;
    readonly identities: Int32Array;
    readonly samples: Int32Array;
  }[] = [];
  #count = 0;

  clear(): void {
    this.#shards = [];
    this.#count = 0;
  }

  add(shard: {
    readonly run: number;
    readonly owners: readonly { readonly identity: number; readonly sample: number }[];
  }): void {
    const { run, owners } = shard;
    this.#shards.push({
      first: this.#count,
      run,
      identities: Int32Array.from(owners, ({ identity }) => identity),
      samples: Int32Array.from(owners, ({ sample }) => sample),
    });
    this.#count += owners.length;
  }

  at(row: number): { readonly run: number; readonly identity: number; readonly sample: number } {
    const shard = this.#shards.findLast(({ first }) => first <= row);
    const index = row - (shard?.first ?? 0);
    const { run = 0, identities, samples } = shard ?? {};
    return { run, identity: identities?.[index] ?? 0, sample: samples?.[index] ?? 0 };
  }
}
