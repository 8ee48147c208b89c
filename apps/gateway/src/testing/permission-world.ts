/** @file A team with one of everything, people of every role in it and in another team, and what tells whether anything was changed. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { listenRunEvents, openCatalog, ROLES } from '@colloid/catalog';
import type {
  Actor,
  Catalog,
  CovariateSet,
  DatasetVersion,
  Gallery,
  Release,
  Role,
  Run,
  Subset,
} from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openQueue, PackingReader, sealer, signingKeyOf } from '@colloid/pipeline/client';
import { openObjectStore, putContent } from '@colloid/storage';

import { ensureUser } from '../auth/users.ts';
import type { Services } from '../context.ts';
import { toGlobalId } from '../ids.ts';
import { createRunFeed } from '../live/run-feed.ts';
import { createLog } from '../log.ts';
import { UrlSigner } from '../objects/signed-url.ts';
import { createSimilarity } from '../similarity/similarity.ts';
import { UploadTickets } from '../uploads/tickets.ts';
import { countChanges } from './change-counter.ts';
import { beginRun, completeRun } from './seed-run.ts';
import { seedRelease } from './seed-release.ts';
import { seedRun, seedTeam } from './seed-team.ts';
import type { SeededTeam } from './seed-team.ts';
import { TEST_SECRET } from './start.ts';

const RECOGNISER = new URL(
  '../../../../packages/models/built-in/parametric-head-id/',
  import.meta.url,
);
const SIZE = { identities: 2, variations: 1 };

/** Somebody who tries. */
export interface Persona {
  readonly name: string;
  /** Role in the team whose things are asked for; null where they belong to another team or none. */
  readonly role: Role | null;
  /** Null: nobody is signed in. */
  readonly actor: Actor | null;
}

/** What stands in a database for the tests of permissions. */
export interface PermissionWorld {
  readonly services: Services;
  readonly lab: SeededTeam;
  /** Succeeded; it has kept a checkpoint of iteration 1. */
  readonly run: Run;
  readonly version: DatasetVersion;
  readonly subset: Subset;
  /** Of the team, in review. */
  readonly release: Release;
  readonly gallery: Gallery;
  readonly covariateSet: CovariateSet;
  /** Five roles, the same five in another team, one in no team, and nobody. */
  readonly personas: readonly Persona[];
  /** Name and digest of each file of a model that is in the store. */
  readonly modelFiles: readonly (readonly [string, string])[];
  /** Equal as long as nothing is changed but sessions. */
  readChanges(): Promise<string>;
  stop(): Promise<void>;
}

/** Makes the world on a database of its own. */
export async function createPermissionWorld(): Promise<PermissionWorld> {
  const database = await startTestDatabase();
  const { databaseUrl } = database;
  const catalog = await openCatalog({ databaseUrl });
  const store = await openObjectStore({ kind: 'memory' });
  const queue = await openQueue({
    databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  const stop = new AbortController();
  const events = listenRunEvents({ databaseUrl, signal: stop.signal });
  await events.next();
  const runFeed = createRunFeed(events, { log: createLog('silent'), stop: () => stop.abort() });
  const packings = new PackingReader(store);
  const services: Services = {
    catalog,
    store,
    queue,
    runFeed,
    similarity: createSimilarity({ catalog, store }),
    signer: new UrlSigner(TEST_SECRET),
    tickets: new UploadTickets(TEST_SECRET),
    packings,
    sealRelease: sealer({ reader: packings, key: signingKeyOf(TEST_SECRET) }),
    // Models of new teams are no matter of permissions, and take a second each.
    installModels: () => Promise.resolve(),
    now: () => Date.now(),
  };
  const target = { catalog, store };
  const lab = await seedTeam({ catalog, secret: TEST_SECRET, name: 'lab', ...SIZE });
  const other = await seedTeam({ catalog, secret: TEST_SECRET, name: 'other', ...SIZE });
  const run = await seedRun(catalog, lab);
  await beginRun(target, run.id);
  const checkpoint = { iteration: 1, digest: 'c'.repeat(64), record: {} };
  await catalog.execution.recordCheckpoint({ runId: run.id, ...checkpoint });
  const version = await completeRun(target, { runId: run.id, identities: 2, samples: 2 });
  const subset = await catalog.subsets.saveSubset({
    actor: lab.actor,
    versionId: version.id,
    name: 'one',
    query: { limit: 1 },
  });
  const release = await seedRelease({
    ...target,
    version,
    approverId: lab.actor.userId,
    state: 'IN_REVIEW',
  });
  const sets = await seedSets(catalog, lab);
  const person = (name: string) => makePerson(catalog, name);
  const own = await Promise.all(
    ROLES.map(async (role) => ({ name: role, role, actor: await join(catalog, lab, role) })),
  );
  const foreign = await Promise.all(
    ROLES.map(async (role) => {
      const actor = await join(catalog, other, role);
      return { name: `${role} of another team`, role: null, actor };
    }),
  );
  const outsider = { name: 'somebody in no team', role: null, actor: await person('outsider') };
  const nobody = { name: 'nobody', role: null, actor: null };
  const modelFiles = await Promise.all(
    ['model.json', 'network.onnx'].map(async (name) => {
      const bytes = await readFile(new URL(name, RECOGNISER));
      const { digest } = await putContent(store, name === 'model.json' ? renamed(bytes) : bytes);
      return [name, digest] as const;
    }),
  );
  return {
    services,
    lab,
    run,
    version,
    subset,
    release,
    ...sets,
    personas: [...own, ...foreign, outsider, nobody],
    modelFiles,
    readChanges: await countChanges(catalog),
    async stop() {
      await runFeed.close();
      await queue.stop();
      await catalog.close();
      await store.close();
      await database.stop();
    },
  };
}

/** A gallery and a covariate set that are being made; no job is enqueued. */
async function seedSets(catalog: Catalog, { actor, team, recipe }: SeededTeam) {
  const set = { actor, teamId: team.id, version: '1' };
  const { generatorVersionId, recogniserVersionId } = recipe;
  const file = (name: string) => ({ name, digest: 'd'.repeat(64) });
  const gallery = await catalog.galleries.registerGallery(
    {
      ...set,
      name: 'people',
      recogniserVersionId,
      source: { kind: 'EMBEDDINGS', embeddings: file('e.npy') },
    },
    () => Promise.resolve(),
  );
  const covariateSet = await catalog.covariateSets.registerCovariateSet(
    {
      ...set,
      name: 'light',
      generatorVersionId,
      source: { kind: 'LATENTS', latents: file('w.npy'), labels: file('labels.csv') },
    },
    () => Promise.resolve(),
  );
  return { gallery, covariateSet };
}

/** The manifest under a name that the seeded team has not taken. */
function renamed(manifest: Uint8Array): Uint8Array {
  const document = JSON.parse(new TextDecoder().decode(manifest)) as object;
  return new TextEncoder().encode(JSON.stringify({ ...document, name: 'another' }));
}

/** An account that belongs to no team. */
export async function makePerson(catalog: Catalog, name: string): Promise<Actor> {
  const email = `${name.toLowerCase()}-${randomUUID()}@example.org`;
  const { id } = await ensureUser({ catalog, secret: TEST_SECRET, email, name });
  return { userId: id };
}

/** A new member of the team. */
export async function join(catalog: Catalog, to: SeededTeam, role: Role): Promise<Actor> {
  const { userId } = await makePerson(catalog, role);
  await catalog.teams.addMember({ actor: to.actor, teamId: to.team.id, userId, role });
  return { userId };
}

/** Global ids of the world's things; `fake` names as many that do not exist. */
export function idsOf(world: PermissionWorld, fake: boolean) {
  const { lab, run, version, subset, release, gallery, covariateSet } = world;
  const uuid = (real: string) => (fake ? randomUUID() : real);
  const team = uuid(lab.team.id);
  return {
    teamId: team,
    slug: fake ? `no-${randomUUID()}` : lab.team.slug,
    Team: toGlobalId('Team', { id: team }),
    Dataset: toGlobalId('Dataset', { id: uuid(lab.dataset.id) }),
    Recipe: toGlobalId('Recipe', { id: uuid(lab.recipe.id) }),
    ModelVersion: toGlobalId('ModelVersion', { id: uuid(lab.recipe.generatorVersionId) }),
    Recogniser: toGlobalId('ModelVersion', { id: uuid(lab.recipe.recogniserVersionId) }),
    Gallery: toGlobalId('Gallery', { id: uuid(gallery.id) }),
    CovariateSet: toGlobalId('CovariateSet', { id: uuid(covariateSet.id) }),
    Run: toGlobalId('Run', { id: uuid(run.id) }),
    DatasetVersion: toGlobalId('DatasetVersion', { id: uuid(version.id) }),
    Subset: toGlobalId('Subset', { id: uuid(subset.id) }),
    Release: toGlobalId('Release', { id: uuid(release.id) }),
    Identity: toGlobalId('Identity', { runId: uuid(run.id), ordinal: 0 }),
    Sample: toGlobalId('Sample', { runId: uuid(run.id), identityOrdinal: 0, ordinal: 0 }),
  };
}

/** What {@link idsOf} gives. */
export type Ids = ReturnType<typeof idsOf>;
