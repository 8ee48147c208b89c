/** @file Lineage as a client sees it: typed nodes and edges, faces, terms, and what it costs. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { fromGlobalId, toGlobalId } from '../ids.ts';
import { beginRun, completeRun } from '../testing/seed-run.ts';
import { seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

/** What the page asks for. */
const PAGE = `query ($id: ID!, $direction: LineageDirection, $depth: Int) {
  lineage(id: $id, direction: $direction, depth: $depth) {
    isTruncated
    nodes { id label depth continues entity { __typename id
      ... on ModelVersion { kind name modelVersion: version modelLicence: licence modelState: state }
      ... on Gallery { name setVersion: version setLicence: licence setState: state }
      ... on CovariateSet { name setVersion: version setLicence: licence setState: state }
      ... on Recipe { name recipeVersion: version }
      ... on Run { number runState: state dataset { id slug title } }
      ... on DatasetVersion { number origin identityCount sampleCount message tags coverImages(first: 3, width: 96) dataset { id slug title } }
      ... on Subset { name over: version { id number dataset { id slug title } } }
    } }
    edges { sourceId targetId relation }
    licences { licence entities { __typename id } }
  } }`;

interface Graph {
  readonly nodes: readonly {
    readonly id: string;
    readonly label: string;
    readonly depth: number;
    readonly entity: { readonly __typename: string; readonly coverImages?: readonly string[] };
  }[];
  readonly edges: readonly {
    readonly sourceId: string;
    readonly targetId: string;
    readonly relation: string;
  }[];
  readonly licences: readonly { readonly licence: string | null; readonly entities: unknown[] }[];
  readonly isTruncated: boolean;
}

let gateway: TestGateway;
let client: TestClient;
let seeded: SeededTeam;
let versionId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  const size = { identities: 4, variations: 1 };
  seeded = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...size });
  const { id: runId } = await seedRun(catalog, seeded);
  await beginRun(gateway, runId);
  const made = await completeRun(gateway, { runId, identities: 4, samples: 2 });
  ({ id: versionId } = made);
  client = await signIn(gateway, seeded.email);
  await addSubset('first');
});
afterAll(() => gateway.stop());

const ask = async (id: string, rest: { direction?: string; depth?: number } = {}) =>
  (await client.data<{ lineage: Graph | null }>(PAGE, { id, ...rest })).lineage;
const idOfVersion = () => toGlobalId('DatasetVersion', { id: versionId });

test('names what made a version and what came of it, with faces and terms', async () => {
  const graph = await ask(idOfVersion(), { depth: 16 });
  const told = graph?.nodes.map(({ entity, label, depth }) => [entity.__typename, label, depth]);
  expect(told).toEqual([
    ['DatasetVersion', 'Faces, version 1', 0],
    ['Run', 'Faces, run 1', -1],
    ['DatasetVersion', 'Faces, version 2', 1],
    ['Subset', 'first', 1],
    ['Recipe', 'quick 1', -2],
    ['ModelVersion', expect.stringContaining('parametric-head'), -3],
    ['ModelVersion', expect.stringContaining('parametric-head'), -3],
  ]);
  const faces = graph?.nodes.map(({ entity }) => entity.coverImages?.length);
  expect(faces).toEqual([3, undefined, 2, undefined, undefined, undefined, undefined]);
  const [cover = ''] = graph?.nodes[0]?.entity.coverImages ?? [];
  const response = await fetch(new URL(cover, gateway.url));
  expect(response.headers.get('content-type')).toBe('image/webp');
  const typeOf = (id: string) => fromGlobalId(id)?.type;
  const edges = graph?.edges.map((edge) =>
    [typeOf(edge.sourceId), edge.relation, typeOf(edge.targetId)].join(' '),
  );
  expect(edges?.toSorted()).toEqual([
    'DatasetVersion PARENT DatasetVersion',
    'DatasetVersion QUERIED Subset',
    'ModelVersion GENERATOR Recipe',
    'ModelVersion RECOGNISER Recipe',
    'Recipe RECIPE Run',
    'Run OUTPUT DatasetVersion',
    'Subset MATERIALISED DatasetVersion',
  ]);
  expect(graph?.licences).toEqual([
    { licence: 'MIT', entities: [expect.anything(), expect.anything()] },
  ]);
});

test('starts anywhere, and has nothing to tell of teams, of foreign ids and to strangers', async () => {
  const { catalog } = gateway;
  const { runId } = await catalog.prisma.versionPart.findFirstOrThrow({ where: { versionId } });
  const release = await catalog.releases.createRelease({
    actor: seeded.actor,
    versionId,
    title: 'Faces',
    semanticVersion: '1.0.0',
    terms: { licence: 'MIT', text: '', isGated: false, reach: 'TEAM' },
  });
  const ofRelease = await ask(toGlobalId('Release', release));
  expect(ofRelease?.nodes.map(({ entity }) => entity.__typename)).toContain('ModelVersion');
  expect(ofRelease?.nodes[0]?.label).toBe('Faces, release 1.0.0');
  await catalog.prisma.release.delete({ where: { id: release.id } });
  const starts = [
    toGlobalId('Identity', { runId, ordinal: 1 }),
    toGlobalId('Sample', { runId, identityOrdinal: 1, ordinal: 0 }),
    toGlobalId('Dataset', seeded.dataset),
    toGlobalId('Recipe', seeded.recipe),
    toGlobalId('ModelVersion', { id: seeded.recipe.generatorVersionId }),
  ];
  for (const id of starts) expect((await ask(id))?.nodes.length, id).toBeGreaterThan(1);
  for (const id of [
    toGlobalId('Team', seeded.team),
    'nonsense',
    toGlobalId('Run', { id: versionId }),
  ]) {
    expect(await ask(id), id).toBeNull();
  }
  const far = await client.send(PAGE, { id: idOfVersion(), depth: 17 });
  expect(far.errors[0]).toMatchObject({
    message: expect.stringContaining("'depth' is 17") as string,
    extensions: { code: 'BAD_USER_INPUT' },
  });
  const size = { identities: 2, variations: 1 };
  const other = await seedTeam({ catalog, secret: TEST_SECRET, name: 'eve', ...size });
  const stranger = await signIn(gateway, other.email);
  expect(await stranger.data(PAGE, { id: idOfVersion() })).toEqual({ lineage: null });
});

test('is the same as events of OpenLineage', async () => {
  const { lineage } = await client.data<{
    lineage: { openLineage: readonly { readonly eventType?: string; readonly producer: string }[] };
  }>('query ($id: ID!) { lineage(id: $id, direction: UPSTREAM) { openLineage } }', {
    id: idOfVersion(),
  });
  // Two models, their recipe, the run.
  const types = lineage.openLineage.map(({ eventType }) => eventType);
  expect(types).toEqual([undefined, undefined, undefined, 'START', 'COMPLETE']);
  expect(lineage.openLineage[0]?.producer).toMatch(/^urn:colloid:/);
});

test('takes the same number of statements however much there is', async () => {
  const few = await statements();
  for (let index = 0; index < 6; index += 1) await addSubset(`more-${String(index)}`);
  const many = await statements();
  expect(many.nodes).toBe(few.nodes + 12);
  expect(many.count).toBeLessThanOrEqual(few.count);
  expect(few.count).toBeLessThan(60);
});

async function statements(): Promise<{ readonly nodes: number; readonly count: number }> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  const graph = await ask(idOfVersion(), { depth: 4 });
  const texts = spy.mock.calls.map(([first]) => textOf(first));
  spy.mockRestore();
  const count = texts.filter((text) => /^\s*SELECT/i.test(text) && !text.includes('pgboss')).length;
  return { nodes: graph?.nodes.length ?? 0, count };
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  const { text } = Object(statement) as { readonly text?: unknown };
  return typeof text === 'string' ? text : '';
}

async function addSubset(name: string): Promise<void> {
  const { subsets } = gateway.catalog;
  const { actor } = seeded;
  const limit = 2;
  const query = { limit, where: { kind: 'REFERENCE' } } as const;
  const subset = await subsets.saveSubset({ actor, versionId, name, query });
  await subsets.materialiseSubset({ actor, from: { subsetId: subset.id } });
}
