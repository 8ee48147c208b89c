/** @file Versions of a release world, to be measured as people ask for it, and what their samples give when they are read row by row. */
import type { DatasetVersion, Measurement } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import { measure } from '@colloid/sampler';
import { getContent, type ObjectStore } from '@colloid/storage';

import { measureVersion } from '../measurements/measure-version.ts';
import { metricsOf } from '../measurements/metrics.ts';
import { openReleaseWorld, type ReleaseWorld } from './release-world.ts';

/** Numbers of an embedding of its recogniser. */
export const E = 16;

/** A release world in which versions are measured. */
export interface MeasuredWorld extends ReleaseWorld {
  /** What `make` was told of. */
  readonly faults: unknown[];
  /** Asks for measurements, and returns their ids. */
  ask(version: DatasetVersion, galleryIds?: readonly string[]): Promise<string[]>;
  /** Makes one that was asked for. */
  make(
    measurementId: string,
    options?: { readonly store?: ObjectStore; readonly signal?: AbortSignal },
  ): ReturnType<typeof measureVersion>;
  /** Both. */
  measured(version: DatasetVersion, galleryIds?: readonly string[]): Promise<Measurement>;
  subsetOf(version: DatasetVersion, query: object): Promise<DatasetVersion>;
}

export async function openMeasuredWorld(): Promise<MeasuredWorld> {
  const world = await openReleaseWorld();
  const { catalog, runtime, seeded } = world;
  const faults: unknown[] = [];
  const ask: MeasuredWorld['ask'] = async (version, galleryIds = []) => {
    const queued: string[] = [];
    const input = { actor: seeded.actor, versionId: version.id, galleryIds };
    await catalog.measurements.measureVersion(input, async (_tx, id) => {
      queued.push(id);
    });
    return queued;
  };
  const make: MeasuredWorld['make'] = (
    measurementId,
    { store = world.store, signal = new AbortController().signal } = {},
  ) => {
    const onFault = (error: unknown): void => {
      faults.push(error);
    };
    return measureVersion({ catalog, store, runtime, measurementId, signal, onFault });
  };
  return {
    ...world,
    faults,
    ask,
    make,
    async measured(version, galleryIds) {
      const [id = ''] = await ask(version, galleryIds);
      if ((await make(id)) === 'NOTHING_TO_DO') throw new Error('It was measured before.');
      return catalog.prisma.measurement.findUniqueOrThrow({ where: { id } });
    },
    subsetOf: ({ id: versionId }, query) =>
      catalog.subsets.materialiseSubset({ actor: seeded.actor, from: { versionId, query } }),
  };
}

/** Every sample of a version with its embedding and latent, read row by row. */
export async function samplesOf({ catalog, store, seeded }: ReleaseWorld, version: DatasetVersion) {
  const contents = await catalog.contents.loadContents(version.id);
  const found = [];
  for (const part of contents?.parts ?? []) {
    const { shards } = part;
    const arrays = new Map<string, Float32Array>();
    for (const { kind, ordinal, digest } of shards) {
      if (kind === 'IMAGES') continue;
      arrays.set(`${kind} ${ordinal}`, decodeNpy(await getContent(store, digest)).data as never);
    }
    const rows = await catalog.samples.listSamples({
      actor: seeded.actor,
      versionId: version.id,
      query: {},
      page: { first: 500 },
    });
    const references = await catalog.prisma.sample.findMany({
      where: { runId: part.runId, ordinal: 0 },
    });
    const rowOf = (kind: string, shard: number, row: number) => {
      const data = arrays.get(`${kind} ${shard}`) ?? new Float32Array();
      const width = data.length / (shards.find((each) => each.kind === kind)?.count ?? 1);
      return data.subarray(row * width, (row + 1) * width);
    };
    for (const { node: sample } of rows.edges) {
      if (sample.runId !== part.runId) continue;
      const { identityOrdinal: identity, ordinal, latentShard, latentRow } = sample;
      const reference = references.find((each) => each.identityOrdinal === identity);
      if (reference === undefined) throw new Error(`Identity ${identity} has no reference.`);
      const at = (kind: string) => rowOf(kind, latentShard, latentRow);
      const atReference = (kind: string) => rowOf(kind, reference.latentShard, reference.latentRow);
      found.push({
        run: part.number,
        identity,
        ordinal,
        theta: sample.distanceToReference,
        embedding: at('EMBEDDINGS'),
        latent: at('LATENTS'),
        reference: { embedding: atReference('EMBEDDINGS'), latent: atReference('LATENTS') },
      });
    }
  }
  return found;
}

/** Rows as one array. */
export const flat = (rows: readonly Float32Array[]) =>
  Float32Array.from(rows.flatMap((row) => Array.from(row)));

/** What the sampler says of those samples when it is given them directly, identity by identity. */
export async function measuredDirectly(world: ReleaseWorld, version: DatasetVersion) {
  const samples = await samplesOf(world, version);
  const identities = [
    ...Map.groupBy(samples, ({ run, identity }) => `${run} ${identity}`).values(),
  ];
  const owners = identities.map(([first]) => ({
    run: first?.run ?? 0,
    identity: first?.identity ?? 0,
  }));
  const references = identities.flatMap(([first]) => (first === undefined ? [] : first.reference));
  const measures = await measure(world.runtime, {
    references: {
      embeddings: flat(references.map(({ embedding }) => embedding)),
      latents: flat(references.map(({ latent }) => latent)),
    },
    variations: (async function* () {
      for (const [firstIdentity, ofIdentity] of identities.entries()) {
        const variations = ofIdentity.filter(({ ordinal }) => ordinal > 0);
        yield {
          firstIdentity,
          variations: variations.length,
          theta: Float32Array.from(variations, ({ theta }) => theta ?? Number.NaN),
          embeddings: flat(variations.map(({ embedding }) => embedding)),
          latents: flat(variations.map(({ latent }) => latent)),
        };
      }
    })(),
    ict: 1,
    embeddingDim: E,
    seed: 1,
  });
  const ownerOf = (row: number) => owners[row] ?? { identity: -1 };
  return JSON.parse(JSON.stringify(metricsOf(measures, { ict: 1, ownerOf }))) as object;
}
