/** @file Fills a database with one run of as many samples as one likes, through COPY, as a run of the pipeline would have left it. */

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Catalog } from '../catalog.ts';
import { withConnection } from '../database/connect.ts';
import type { DatasetVersion, Run } from '../generated/client.ts';
import { startRun, type TestTeam } from './world.ts';

/** What is made. */
export interface FillSize {
  readonly identities: number;
  /** The reference included. */
  readonly samplesPerIdentity: number;
  readonly seed: number;
}

/** What has been made. */
export interface FilledVersion {
  readonly run: Run;
  readonly version: DatasetVersion;
}

const SAMPLES_PER_SHARD = 1000;
const COVARIATES = ['pose', 'illumination', 'smile'] as const;

/**
 * Makes a finished run with its version. Distances to the reference are distributed like those of a Dispersion run (about
 * 0.65 ± 0.15 rad), those to the nearest identity like those of a Langevin run (about 1.15 ± 0.08 rad), qualities lie
 * between 0 and 1 with their bulk at 0.7, and every variation has three covariate weights from -1 to 1. The same size
 * and seed give the same rows.
 */
export async function fillCatalog(
  options: FillSize & {
    readonly catalog: Catalog;
    readonly databaseUrl: string;
    readonly world: TestTeam;
  },
): Promise<FilledVersion> {
  const { catalog, databaseUrl, world, identities, samplesPerIdentity } = options;
  const run = await startRun(catalog, world, { identityCount: identities, samplesPerIdentity });
  const runId = run.id;
  await catalog.execution.beginRun({ runId, provider: 'cpu', machine: 'fill' });
  await withConnection(databaseUrl, async (client) => {
    const copy = (table: string, columns: string, lines: Iterable<string>) =>
      pipeline(
        Readable.from(inChunks(lines)),
        client.query(copyFrom(`COPY "${table}" (${columns}) FROM STDIN`)),
      );
    await copy('run_covariate', '"runId", "name", "slot"', covariateLines(runId));
    await copy('identity', IDENTITY_COLUMNS, identityLines(runId, options));
    await copy('sample', SAMPLE_COLUMNS, sampleLines(runId, options));
    await copy('shard', SHARD_COLUMNS, shardLines(runId, identities * samplesPerIdentity));
    // As autovacuum would do a minute later: statistics for the planner, and pages that an index alone can answer for.
    await client.query('VACUUM ANALYZE "identity", "sample"');
  });
  const version = await catalog.versions.commitVersion({ runId, metrics: { ict: 1 } });
  return { run, version };
}

const IDENTITY_COLUMNS = '"runId", "ordinal", "nearestOrdinal", "nearestDistance", "intraDistance"';
const SAMPLE_COLUMNS =
  '"runId", "identityOrdinal", "ordinal", "kind", "imageShard", "imageOffset", "imageLength", "latentShard", "latentRow", "distanceToReference", "covariates", "covariateWeights", "quality"';
const SHARD_COLUMNS = '"runId", "kind", "ordinal", "digest", "objectKey", "sizeBytes", "count"';

function* identityLines(runId: string, { identities, seed }: FillSize): Generator<string> {
  const random = createRandom(seed);
  for (let ordinal = 0; ordinal < identities; ordinal += 1) {
    const nearest = Math.floor(random() * identities);
    const distance = clamp(1.15 + 0.08 * normal(random), 0.3, 3);
    const intra = clamp(1 + 0.12 * normal(random), 0.2, 3);
    yield `${runId}\t${ordinal}\t${nearest}\t${distance}\t${intra}\n`;
  }
}

function* sampleLines(runId: string, size: FillSize): Generator<string> {
  const { identities, samplesPerIdentity, seed } = size;
  const random = createRandom(seed + 1);
  for (let row = 0; row < identities * samplesPerIdentity; row += 1) {
    const identity = Math.floor(row / samplesPerIdentity);
    const ordinal = row % samplesPerIdentity;
    const shard = Math.floor(row / SAMPLES_PER_SHARD);
    const within = row % SAMPLES_PER_SHARD;
    const kind = ordinal === 0 ? 'REFERENCE' : 'VARIATION';
    const distance = ordinal === 0 ? 0 : clamp(0.65 + 0.15 * normal(random), 0.01, 2);
    const quality = clamp(0.7 + 0.12 * normal(random), 0, 1);
    const bytes = Math.round(clamp(9000 + 1500 * normal(random), 3000, 20_000));
    const weights = COVARIATES.map(() => (random() * 2 - 1).toFixed(4));
    const byName = COVARIATES.map((name, slot) => `"${name}": ${weights[slot]}`).join(', ');
    const covariates =
      ordinal === 0
        ? '\\N\t\\N'
        : `{"label": null, "weights": {${byName}}}\t{${weights.join(',')}}`;
    yield `${runId}\t${identity}\t${ordinal}\t${kind}\t${shard}\t${within * 20_480}\t${bytes}\t${shard}\t${within}\t${distance}\t${covariates}\t${quality}\n`;
  }
}

function* covariateLines(runId: string): Generator<string> {
  for (const [index, name] of COVARIATES.entries()) yield `${runId}\t${name}\t${index + 1}\n`;
}

function* shardLines(runId: string, samples: number): Generator<string> {
  for (let ordinal = 0; ordinal * SAMPLES_PER_SHARD < samples; ordinal += 1) {
    const count = Math.min(SAMPLES_PER_SHARD, samples - ordinal * SAMPLES_PER_SHARD);
    for (const kind of ['IMAGES', 'LATENTS', 'EMBEDDINGS']) {
      const digest = createHash('sha256').update(`${kind} ${ordinal}`).digest('hex');
      yield `${runId}\t${kind}\t${ordinal}\t${digest}\tfilled/${digest}\t${count * 20_480}\t${count}\n`;
    }
  }
}

/** Lines in pieces of some 64 KiB, because a stream's step costs more than a line. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** A small generator of numbers from 0 to 1 (mulberry32), so that the same seed fills alike. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
