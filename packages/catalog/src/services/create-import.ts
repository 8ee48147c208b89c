/** @file Starting an import: images that somebody uploaded become a version, by a run without a recipe. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { runEntity } from '../audit/entities.ts';
import { canonicalJson, sha256 } from '../canonical-json.ts';
import { lendTransaction, type Db, type Enqueue } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import { notifyRun } from '../events/run-event.ts';
import type { Dataset, ImportSource, PrismaClient, Run } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { checkLength, checkText } from '../names.ts';
import { lockBudgets, writeReservations } from './budget-reservations.ts';
import { lockDataset, nextRunNumber, requireDataset } from './create-run.ts';
import { requireModel } from './require-model.ts';
import { whileRunning } from './run-state.ts';
import { holdTeam } from './write-role.ts';

/** ICT of imports that state none, radians; `./colloid measure` has the same. */
const DEFAULT_THRESHOLD = 1;

/** A tar file in the object store. */
export interface ImportedFile {
  readonly name: string;
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** An import to be started. */
export interface NewImport {
  readonly actor: Actor;
  readonly datasetId: string;
  readonly source: ImportSource;
  /** What the folder or the dataset is called, at most 200 characters. */
  readonly name: string;
  /** The terms of the images, at most 200 characters. */
  readonly licence?: string | null | undefined;
  /** Whether a model made the images; they are then marked as synthetic. */
  readonly isSynthetic: boolean;
  /** What is to embed the images; without it nothing is measured. */
  readonly recogniserVersionId?: string | null | undefined;
  /** Angle by which identities are measured, above 0 and at most π radians. @default 1 */
  readonly interClassThreshold?: number | null | undefined;
  /** Tar files, at least one; their order counts. */
  readonly files: readonly ImportedFile[];
  readonly message?: string | null | undefined;
  /** As for createRun. */
  readonly idempotencyKey?: string | null | undefined;
}

/** What a source came to once it had been read. */
export interface ImportPlan {
  readonly identities: number;
  readonly samples: number;
  /** The most images of one identity. */
  readonly samplesPerIdentity: number;
}

/** See RunService.createImport. */
export async function createImport(
  prisma: PrismaClient,
  input: NewImport,
  enqueue: Enqueue,
): Promise<Run> {
  const digest = sha256(canonicalJson(input.files));
  try {
    return await change(prisma, input.actor, (tx) => insert(tx, { ...input, digest }, enqueue));
  } catch (error) {
    // Two requests with one key at the same moment: the other one has made the run.
    if (!isGiven(input.idempotencyKey) || !isUniqueViolation(error)) throw error;
    const existing = await prisma.$transaction(async (tx) =>
      findByKey(tx, await requireDataset(tx, input, 'run.import'), { ...input, digest }),
    );
    if (existing === null) throw error;
    return existing;
  }
}

type DigestedImport = NewImport & { readonly digest: string };

async function insert(tx: Db, input: DigestedImport, enqueue: Enqueue): Promise<Run> {
  const dataset = await requireDataset(tx, input, 'run.import');
  const existing = await findByKey(tx, dataset, input);
  if (existing !== null) return existing;
  if (input.files.length === 0) {
    throw invalid('No file was uploaded; send at least one tar file.', 'uploads');
  }
  const { source, isSynthetic, digest, actor } = input;
  const name = checkText(input.name, 'name', 200);
  const licence = checkLength(input.licence ?? '', 'licence', 200) || null;
  const interClassThreshold = checkThreshold(input.interClassThreshold ?? DEFAULT_THRESHOLD);
  const recogniser = isGiven(input.recogniserVersionId)
    ? await requireModel(tx, {
        teamId: dataset.teamId,
        id: input.recogniserVersionId,
        kind: 'RECOGNISER',
      })
    : null;
  await holdTeam(tx, dataset.teamId);
  await lockDataset(tx, dataset.id);
  const run = await tx.run.create({
    data: {
      teamId: dataset.teamId,
      datasetId: dataset.id,
      kind: 'IMPORT',
      number: await nextRunNumber(tx, dataset.id),
      identityCount: 0,
      samplesPerIdentity: 0,
      message: checkLength(input.message ?? '', 'message', 2000),
      idempotencyKey: input.idempotencyKey ?? null,
      createdById: actor.userId,
      imported: {
        create: {
          source,
          name,
          licence,
          isSynthetic,
          recogniserVersionId: recogniser?.id ?? null,
          interClassThreshold,
          files: input.files.map((file) => ({ ...file })),
          digest,
        },
      },
    },
  });
  await enqueue(lendTransaction(tx), run.id, null);
  await notifyRun(tx, { kind: 'RUN', runId: run.id });
  recordChange(tx, {
    teamId: run.teamId,
    action: 'run.import',
    entity: await runEntity(tx, run),
    after: {
      source,
      name,
      licence,
      isSynthetic,
      recogniser: recogniser === null ? null : `${recogniser.name}@${recogniser.version}`,
      digest,
    },
  });
  return run;
}

/** See ExecutionService.planImport. */
export function planImport(prisma: PrismaClient, runId: string, plan: ImportPlan): Promise<void> {
  return whileRunning(prisma, runId, async (tx, run) => {
    const { identities, samples, samplesPerIdentity } = plan;
    // Said before by a worker that died: the same source comes to the same counts.
    if (run.identityCount > 0) return;
    const budgetIds = await lockBudgets(tx, {
      teamId: run.teamId,
      datasetId: run.datasetId,
      separation: null,
      kind: 'IMPORT',
      identities,
      samples,
    });
    await writeReservations(tx, budgetIds, { runId, identities, samples });
    await tx.run.update({
      where: { id: runId },
      data: { identityCount: identities, samplesPerIdentity },
    });
    await notifyRun(tx, { kind: 'RUN', runId });
  });
}

async function findByKey(tx: Db, dataset: Dataset, input: DigestedImport): Promise<Run | null> {
  const { idempotencyKey } = input;
  if (!isGiven(idempotencyKey)) return null;
  const run = await tx.run.findUnique({
    where: { teamId_idempotencyKey: { teamId: dataset.teamId, idempotencyKey } },
    include: { imported: true },
  });
  if (run === null) return null;
  const { imported, ...row } = run;
  const isSame =
    row.datasetId === dataset.id &&
    imported !== null &&
    imported.digest === input.digest &&
    imported.source === input.source &&
    imported.isSynthetic === input.isSynthetic &&
    imported.recogniserVersionId === (input.recogniserVersionId ?? null);
  if (isSame) return row;
  throw new CatalogError(
    'CONFLICT',
    `The idempotency key '${idempotencyKey}' was used for another run of this team; use a new key for a new import.`,
    { path: ['idempotencyKey'] },
  );
}

function checkThreshold(threshold: number): number {
  if (threshold > 0 && threshold <= Math.PI) return threshold;
  throw invalid(
    `The threshold is ${threshold} rad, but an angle between identities is above 0 and at most ${Math.PI}.`,
    'interClassThreshold',
  );
}

function invalid(message: string, field: string): CatalogError {
  return new CatalogError('INVALID', message, { path: [field] });
}
