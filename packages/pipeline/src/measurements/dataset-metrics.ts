/** @file All metrics of a version alone, from the embeddings of its runs narrowed to what it selects. */

import type { VersionContents } from '@colloid/catalog';
import { measure, type Runtime } from '@colloid/sampler';

import { activityDigest, type ActivityStore, runActivity } from '../activities/activity.ts';
import type { Json } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import {
  referenceLatents,
  referenceSets,
  sampleRows,
  type VersionSource,
} from '../versions/embeddings.ts';
import { type DatasetMetrics, metricsOf } from './metrics.ts';
import { variationsOf } from './selected-variations.ts';

/** What is measured. */
export interface MetricsRequest extends VersionSource {
  readonly activities: ActivityStore;
  readonly runtime: Runtime;
  /** Told the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** The digest of everything that the metrics of a version depend on. */
export function metricsDigest({ version }: Pick<MetricsRequest, 'version'>): string {
  return activityDigest({ name: 'dataset-metrics', version: 1, inputs: inputsOf(version) });
}

/**
 * Measures the version as a run measures its own: references against each other, also of identities whose reference is not selected,
 * and the selected variations against them. The ICT is the largest of its runs' recipes and imports, the seed that of the first run. Memory: all
 * embeddings and latents of references, the angles of all variations, one shard and the images of
 * one identity.
 *
 * @throws PipelineError UNMEASURABLE with a sentence; StorageError for shards that are missing or damaged
 */
export async function metricsOfVersion(request: MetricsRequest): Promise<DatasetMetrics> {
  const { version, runtime, signal, onProgress } = request;
  return runActivity(request.activities, {
    name: 'dataset-metrics',
    version: 1,
    inputs: inputsOf(version),
    compute: async () => {
      const [set, ...others] = await referenceSets(request);
      if (set === undefined || others.length > 0) throw unmeasurable(set?.recogniser, others);
      if (set.owners.length < 2) {
        throw new PipelineError(
          'UNMEASURABLE',
          'The version holds one identity, and angles between identities need two; measure a version with more of them.',
        );
      }
      const latents = await referenceLatents(request);
      const { recogniserVersionId } = set;
      const samples = sampleRows(request, { recogniserVersionId, withLatents: latents !== null });
      const { ict, seed } = settingsOf(version);
      const measures = await measure(runtime, {
        references: { embeddings: set.rows, ...(latents === null ? {} : { latents }) },
        variations: variationsOf(samples, set.owners),
        ict,
        seed,
        embeddingDim: set.embeddingDim,
        ...(onProgress === undefined ? {} : { onProgress }),
        signal,
      });
      return metricsOf(measures, { ict, ownerOf: (row) => set.owners[row] ?? { identity: -1 } });
    },
  });
}

function inputsOf(version: VersionContents): Json {
  return {
    version: version.digest,
    // A version's digest says nothing of the numbers of its runs, which identities are listed by, nor of their recipes.
    runs: version.parts.map(({ number }) => number),
    recognisers: version.parts.map(({ recogniser }) => recogniser?.digest ?? null),
    ...settingsOf(version),
  };
}

interface Settings {
  readonly [key: string]: Json;
  /** Radians. */
  readonly ict: number;
  readonly seed: number;
}

/** @throws PipelineError UNMEASURABLE where no recipe says at which angle identities count as apart */
function settingsOf({ parts }: VersionContents): Settings {
  const definitions = parts.map(
    ({ recipe }) => (recipe?.definition ?? {}) as unknown as Definition,
  );
  const thresholds = [
    ...definitions.flatMap(({ references }) => references?.parameters?.interClassThreshold ?? []),
    ...parts.flatMap(({ imported }) => imported?.interClassThreshold ?? []),
  ];
  if (thresholds.length === 0) {
    throw new PipelineError(
      'UNMEASURABLE',
      'No recipe of the version says at which angle two identities count as apart, so shares of it cannot be measured.',
    );
  }
  return { ict: Math.max(...thresholds), seed: definitions[0]?.seed ?? 0 };
}

/** As much of a recipe's document as matters here. */
interface Definition {
  readonly seed?: number;
  readonly references?: { readonly parameters?: { readonly interClassThreshold?: number } };
}

function unmeasurable(
  one: string | undefined,
  others: readonly { readonly recogniser: string }[],
): PipelineError {
  return new PipelineError(
    'UNMEASURABLE',
    one === undefined
      ? 'The version has no embeddings, so no angle of it can be measured.'
      : `The version was embedded by ${one} and ${others.map(({ recogniser }) => recogniser).join(' and ')}, and angles of different recognisers cannot be compared; measure versions that hold one of them.`,
  );
}
