/** @file An import from queue to version: the source is listed and checked, repacked, embedded and measured, and committed. */

import type { Catalog, ImportedFile, ImportRun } from '@colloid/catalog';
import { loadRecogniser, type RecogniserModel } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';
import { z } from 'zod';

import { catalogActivities } from '../activities/catalog-activities.ts';
import { pauseWhereWanted } from '../activities/stage-context.ts';
import type { CatalogReporter } from '../catalog-reporter.ts';
import type { ComputeHost } from '../compute-host.ts';
import { modelFiles } from '../load-models.ts';
import { checkImages } from './check-images.ts';
import { commitImport } from './commit-import.ts';
import { type LeftOut, listSource } from './list-source.ts';
import { measureImport } from './measure-import.ts';
import { type ImportLayout, planImport } from './plan-import.ts';
import { repack } from './repack.ts';

/** Left-out files that the log names; it counts the others. */
const MOST_LISTED = 200;
/** Share of PREPARE that listing takes, which decodes nothing. */
const LISTING_SHARE = 0.1;

const ZFiles = z.array(z.object({ name: z.string(), digest: z.string(), sizeBytes: z.number() }));

export interface ImportImagesOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly host: ComputeHost;
  readonly run: ImportRun;
  readonly reporter: CatalogReporter;
  /** What to call this machine in the log. */
  readonly machine: string;
  readonly signal: AbortSignal;
  readonly isPauseWanted: () => boolean;
}

/**
 * Executes or continues an import; killed anywhere it can be run again and makes the same version.
 *
 * @throws PipelineError IMPORT_INVALID, IMPORT_FILE_MISSING, MODEL_FILE_MISSING, PAUSED; CatalogError BUDGET_EXCEEDED
 */
export async function importImages(options: ImportImagesOptions): Promise<void> {
  const { catalog, store, host, run, reporter, machine, signal } = options;
  const { imported, id: runId } = run;
  const files: readonly ImportedFile[] = ZFiles.parse(imported.files);
  const activities = catalogActivities(catalog.activities);
  const common = { activities, store, files, signal, isSynthetic: imported.isSynthetic } as const;
  const { recogniserVersion } = imported;

  await reporter.startStage('PREPARE');
  const recogniser =
    recogniserVersion === null
      ? null
      : await loadRecogniser(await modelFiles(store, recogniserVersion));
  await reporter.log('info', describeStart(options, files.length, recogniser, machine));
  const layout = await prepare(options, { ...common, recogniser });

  await stage(options, 'RENDER');
  const shards = await repack({
    ...common,
    layout,
    recogniser,
    runtime: host.runtime,
    onShard: async (share) => {
      await reporter.progress(share);
      pauseWhereWanted(options);
    },
  });
  await stage(options, 'MEASURE');
  const measures =
    recogniser === null
      ? null
      : await measureImport({
          ...common,
          layout,
          runtime: host.runtime,
          embeddings: shards.flatMap(({ embeddings }) => embeddings ?? []),
          ict: imported.interClassThreshold,
        });
  await reporter.progress(1);
  await stage(options, 'COMMIT');
  await reporter.close();
  await commitImport({ catalog, store, runId, layout, shards, measures });
}

async function stage(
  options: ImportImagesOptions,
  name: 'RENDER' | 'MEASURE' | 'COMMIT',
): Promise<void> {
  options.signal.throwIfAborted();
  if (name !== 'COMMIT') pauseWhereWanted(options);
  await options.reporter.startStage(name);
}

/** Reads all of the source, tells what is left out of it, and reserves what the rest needs. */
async function prepare(
  options: ImportImagesOptions,
  common: Omit<Parameters<typeof checkImages>[0], 'listing' | 'faceSize' | 'onProgress'> & {
    readonly recogniser: RecogniserModel | null;
  },
): Promise<ImportLayout> {
  const { catalog, run, reporter } = options;
  const { files, recogniser } = common;
  const listing = await listSource({
    ...common,
    source: run.imported.source,
    onFile: async (ordinal) => {
      await reporter.progress((LISTING_SHARE * (ordinal + 1)) / files.length);
      pauseWhereWanted(options);
    },
  });
  const checked = await checkImages({
    ...common,
    listing,
    faceSize: recogniser?.image ?? null,
    onProgress: async (share) => {
      await reporter.progress(LISTING_SHARE + (1 - LISTING_SHARE) * share);
      pauseWhereWanted(options);
    },
  });
  const leftOut = [...listing.leftOut, ...checked.leftOut];
  // A run that was planned has told it before.
  if (run.identityCount === 0) await tell(reporter, leftOut);
  const layout = planImport(checked.usable, leftOut.length);
  const { counts } = layout;
  await catalog.execution.planImport({
    runId: run.id,
    identities: counts.length,
    samples: checked.usable.length,
    samplesPerIdentity: counts.reduce((most, count) => Math.max(most, count), 0),
  });
  if (run.identityCount === 0) {
    await reporter.log(
      'info',
      `${counts.length} identities with ${checked.usable.length} images in ${layout.shards.length} ${layout.shards.length === 1 ? 'shard' : 'shards'}.`,
    );
  }
  return layout;
}

/** The files that are left out, each with its reason and what would do. */
async function tell(reporter: CatalogReporter, leftOut: readonly LeftOut[]): Promise<void> {
  for (const { name, reason } of leftOut.slice(0, MOST_LISTED)) {
    await reporter.log('warn', `'${printable(name)}' is left out. ${reason}`);
  }
  const more = leftOut.length - MOST_LISTED;
  if (more > 0) await reporter.log('warn', `${more} more files are left out.`);
}

/** A name of somebody else's in a line of the log: nothing in it moves a cursor. */
function printable(name: string): string {
  return name.slice(0, 200).replaceAll(/\p{Cc}/gu, '�');
}

function describeStart(
  { run, host }: ImportImagesOptions,
  files: number,
  recogniser: RecogniserModel | null,
  machine: string,
): string {
  const { source, name } = run.imported;
  const what = source === 'FOLDER' ? 'the folder' : 'the WebDataset';
  const by =
    recogniser === null
      ? 'without a recogniser, so that nothing is measured'
      : `embedded by ${recogniser.name}@${recogniser.version} (${host.runtime.provider})`;
  return `Import of ${what} '${name}' in ${files} tar ${files === 1 ? 'file' : 'files'}, ${by}, on ${machine}.`;
}
