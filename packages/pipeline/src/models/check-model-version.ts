/** @file The check of a registered model: its files are fetched, inspected under limits, and the report is written on its row. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Catalog, ModelVersion, Prisma } from '@colloid/catalog';
import { inspectGuarded, type GuardOptions, type ModelReport } from '@colloid/sampler';
import { getContentFile, isStorageError, type ObjectStore } from '@colloid/storage';

import { storeSheet } from '../activities/sheet.ts';
import { PipelineError } from '../errors.ts';
import type { StoredModelReport } from './stored-report.ts';

const SHEET_COLUMNS = 4;

export interface CheckModelOptions extends GuardOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly modelVersionId: string;
}

/** How {@link checkModelVersion} left the version. */
export type ModelCheckEnding = 'READY' | 'REFUSED' | 'NOTHING_TO_DO';

/**
 * Checks a version that is CHECKING and makes it READY or REFUSED. Run twice it changes nothing; killed anywhere it can be run
 * again. What is wrong with the model ends up in its report; what is wrong with the surroundings is thrown.
 */
export async function checkModelVersion(options: CheckModelOptions): Promise<ModelCheckEnding> {
  const { catalog, store, modelVersionId, ...guard } = options;
  const version = await catalog.modelChecks.loadForCheck(modelVersionId);
  if (version === null) return 'NOTHING_TO_DO';
  const folder = await mkdtemp(join(tmpdir(), 'colloid-model-'));
  try {
    await fetchFiles(store, version, folder);
    const { report, samples } = await inspectGuarded(folder, guard);
    const stored: StoredModelReport = {
      ...report,
      samples:
        samples === null
          ? null
          : {
              ...(await storeSheet(store, samples, { mostColumns: SHEET_COLUMNS, quality: 90 })),
              count: samples.count,
            },
    };
    const written = await catalog.modelChecks.finishCheck({
      modelVersionId,
      digest: version.digest,
      report: stored as unknown as Prisma.InputJsonObject,
      ...verdictOf(report),
    });
    return written ? report.verdict : 'NOTHING_TO_DO';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function verdictOf({
  verdict,
  refusal,
}: ModelReport): { state: 'READY' } | { state: 'REFUSED'; refusal: string } {
  return verdict === 'READY'
    ? { state: 'READY' }
    : { state: 'REFUSED', refusal: refusal ?? 'A check failed; see the report.' };
}

async function fetchFiles(
  store: ObjectStore,
  version: ModelVersion,
  folder: string,
): Promise<void> {
  await writeFile(join(folder, 'model.json'), JSON.stringify(version.manifest));
  for (const [name, digest] of Object.entries(version.files as Record<string, string>)) {
    // The manifest of the row is what counts; names were checked when it was registered.
    if (name === 'model.json') continue;
    await getContentFile(store, digest, join(folder, name)).catch((cause: unknown) => {
      if (!isStorageError(cause, 'NOT_FOUND') && !isStorageError(cause, 'CORRUPT')) throw cause;
      throw new PipelineError(
        'MODEL_FILE_MISSING',
        `The file ${name} of ${version.name}@${version.version} cannot be read from the object store; register that model version again.`,
        { cause },
      );
    });
  }
}
