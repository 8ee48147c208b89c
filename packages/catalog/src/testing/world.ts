/** @file A small world to test in: people, a team, ready models, a dataset, a recipe. */

import { randomUUID } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { openCatalog, type Catalog, type CatalogOptions } from '../catalog.ts';
import type { EnqueueTransaction } from '../context.ts';
import type { Dataset, Recipe, Role, Run, Team } from '../generated/client.ts';
import type { NewImport } from '../services/create-import.ts';
import type { RunPlan } from '../services/create-run.ts';
import type { NewSample } from '../services/sample-rows.ts';
import { startTestDatabase } from './database.ts';

/** An open catalog on a database of its own. */
export interface TestCatalog {
  readonly catalog: Catalog;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** Opens a catalog on a fresh database. */
export async function openTestCatalog(
  options: Omit<CatalogOptions, 'databaseUrl'> = {},
): Promise<TestCatalog> {
  const database = await startTestDatabase();
  const catalog = await openCatalog({ databaseUrl: database.databaseUrl, ...options });
  return {
    catalog,
    databaseUrl: database.databaseUrl,
    async close() {
      await catalog.close();
      await database.stop();
    },
  };
}

/** Makes a user as the auth library would. */
export async function makePerson(catalog: Catalog, name: string): Promise<Actor> {
  const userId = randomUUID();
  await catalog.prisma.user.create({
    data: { id: userId, name, email: `${name}-${userId}@example.org` },
  });
  return { userId };
}

/** A team with what a run needs. */
export interface TestTeam {
  readonly owner: Actor;
  readonly team: Team;
  readonly dataset: Dataset;
  readonly recipe: Recipe;
}

/** Makes a team with an owner, two ready models, a dataset and a recipe. */
export async function makeTeam(catalog: Catalog, slug: string): Promise<TestTeam> {
  const owner = await makePerson(catalog, `owner-of-${slug}`);
  const team = await catalog.teams.createTeam({ actor: owner, slug, name: `Team ${slug}` });
  const model = {
    teamId: team.id,
    version: '1',
    licence: 'MIT',
    manifest: {},
    files: {},
    state: 'READY',
  } as const;
  const generator = await catalog.models.ensureBuiltInModel({
    ...model,
    kind: 'GENERATOR',
    name: 'generator',
    digest: 'a'.repeat(64),
  });
  const recogniser = await catalog.models.ensureBuiltInModel({
    ...model,
    kind: 'RECOGNISER',
    name: 'recogniser',
    digest: 'b'.repeat(64),
  });
  const dataset = await catalog.datasets.createDataset({
    actor: owner,
    teamId: team.id,
    slug: 'faces',
    title: 'Faces',
  });
  const recipe = await catalog.recipes.createRecipe({
    actor: owner,
    teamId: team.id,
    name: 'standard',
    definition: { seed: 1 },
    generatorVersionId: generator.id,
    recogniserVersionId: recogniser.id,
  });
  return { owner, team, dataset, recipe };
}

/** Adds a member with a role. */
export async function makeMember(
  catalog: Catalog,
  { owner, team }: TestTeam,
  role: Role,
): Promise<Actor> {
  const actor = await makePerson(catalog, role.toLowerCase());
  await catalog.teams.addMember({ actor: owner, teamId: team.id, userId: actor.userId, role });
  return actor;
}

/** An enqueue for tests that have no queue. */
export async function enqueueNothing(tx: EnqueueTransaction): Promise<void> {
  await tx.executeSql('SELECT $1::int', [1]);
}

/** Starts a run of the team's recipe. */
export function startRun(
  catalog: Catalog,
  { owner, dataset, recipe }: TestTeam,
  options: Partial<RunPlan> & {
    readonly actor?: Actor;
    readonly idempotencyKey?: string;
    readonly message?: string;
  } = {},
): Promise<Run> {
  const { actor = owner, idempotencyKey, message, ...plan } = options;
  return catalog.runs.createRun(
    {
      actor,
      datasetId: dataset.id,
      recipeId: recipe.id,
      idempotencyKey,
      message,
      plan: () => ({ identityCount: 2, samplesPerIdentity: 3, separation: null, ...plan }),
    },
    enqueueNothing,
  );
}

/** Starts an import of one file into the team's dataset. */
export function startImport(
  catalog: Catalog,
  { owner, dataset }: Pick<TestTeam, 'owner' | 'dataset'>,
  options: Partial<NewImport> = {},
): Promise<Run> {
  return catalog.runs.createImport(
    {
      actor: owner,
      datasetId: dataset.id,
      source: 'FOLDER',
      name: 'faces',
      isSynthetic: true,
      files: [{ name: 'faces.tar', digest: 'f'.repeat(64), sizeBytes: 10_240 }],
      ...options,
    },
    enqueueNothing,
  );
}

/** Lets a worker begin the run and record all of its identities, samples and one shard of each kind. */
export async function produce(catalog: Catalog, run: Run): Promise<void> {
  const runId = run.id;
  await catalog.execution.beginRun({ runId, provider: 'cpu', machine: 'test' });
  await catalog.rows.insertShards({
    runId,
    shards: (['IMAGES', 'LATENTS', 'EMBEDDINGS'] as const).map((kind) => ({
      kind,
      ordinal: 0,
      digest: kind.toLowerCase().padEnd(64, '0'),
      objectKey: `shards/${kind}`,
      sizeBytes: 10_000_000_000n,
      count: run.identityCount * run.samplesPerIdentity,
    })),
  });
  const ordinals = Array.from({ length: run.identityCount }, (_, ordinal) => ordinal);
  await catalog.rows.insertIdentities({
    runId,
    identities: ordinals.map((ordinal) => ({
      ordinal,
      // Every seventh has no neighbour, and distances repeat, so that the order needs its tie-breaker.
      nearestOrdinal: ordinal % 7 === 6 ? null : (ordinal + 1) % run.identityCount,
      nearestDistance: ordinal % 7 === 6 ? null : 0.1 + ((ordinal * 37) % 100) / 300,
      intraDistance: 0.25,
    })),
  });
  await catalog.rows.insertSamples({
    runId,
    samples: ordinals.flatMap((identityOrdinal) =>
      Array.from({ length: run.samplesPerIdentity }, (_, ordinal): NewSample => ({
        identityOrdinal,
        ordinal,
        kind: ordinal === 0 ? 'REFERENCE' : 'VARIATION',
        imageShard: 0,
        imageOffset: BigInt(identityOrdinal) * 4_000_000_000n,
        imageLength: 2048,
        latentShard: 0,
        latentRow: identityOrdinal * run.samplesPerIdentity + ordinal,
        distanceToReference: ordinal / 10,
        quality: null,
      })),
    ),
  });
}
