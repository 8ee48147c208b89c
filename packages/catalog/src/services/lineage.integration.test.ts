/** @file Lineage on a real database: both directions, what is hidden, what it costs. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { openCatalog } from '../catalog.ts';
import type { DatasetVersion, Release, Run } from '../generated/client.ts';
import {
  LINEAGE_LIMITS,
  type LineageDirection,
  type LineageGraph,
  type LineageStart,
} from '../lineage/graph.ts';
import { openTestCatalog, produce, startRun, type TestCatalog } from '../testing/index.ts';
import { publishDraft } from '../testing/release-world.ts';
import { makeVisibleWorld, type VisibleWorld } from '../testing/visible-world.ts';

const READY = {
  state: 'READY',
  digest: 'd'.repeat(64),
  objectKey: 'blobs/d',
  checkedAt: new Date(),
} as const;

const TERMS = { licence: 'CC-BY-4.0', text: '', isGated: false, reach: 'PUBLIC' } as const;

let open: TestCatalog;
let world: VisibleWorld;
let owner: Actor;
/** A run of a recipe with a gallery and covariates, and the union of its version with what the world has. */
let second: {
  readonly run: Run;
  readonly version: DatasetVersion;
  readonly merged: DatasetVersion;
};
/** A version in a private dataset of the owner's, of the world's recipe. */
let hidden: DatasetVersion;
/** Drafts: of the merge, checked against the gallery, and of what is hidden. */
let releases: { readonly open: Release; readonly hidden: Release };

beforeAll(async () => {
  open = await openTestCatalog();
  const { catalog } = open;
  world = await makeVisibleWorld(catalog);
  ({ owner } = world);
  await catalog.prisma.gallery.update({
    where: { id: world.gallery.id },
    data: { ...READY, count: 1, report: {}, licence: 'CC-BY-4.0' },
  });
  await catalog.prisma.covariateSet.update({
    where: { id: world.covariateSet.id },
    data: { ...READY, directions: [] },
  });
  const recipe = await catalog.recipes.createRecipe({
    actor: owner,
    teamId: world.team.id,
    name: 'with sets',
    definition: { seed: 2 },
    generatorVersionId: world.recipe.generatorVersionId,
    recogniserVersionId: world.recipe.recogniserVersionId,
    gallery: 'gallery@1',
    covariates: 'covariates@1',
  });
  const run = await startRun(catalog, { ...world, recipe }, { identityCount: 3 });
  await produce(catalog, run);
  const version = await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
  const merged = await catalog.subsets.mergeVersions({
    actor: owner,
    versionIds: [world.part.id, version.id],
    onCollision: 'REFUSE',
  });
  second = { run, version, merged };
  const secret = await startRun(catalog, { ...world, dataset: world.privateDataset });
  await produce(catalog, secret);
  hidden = await catalog.versions.commitVersion({ runId: secret.id, metrics: {} });
  const release = { actor: owner, title: 'Faces', semanticVersion: '1.0.0', terms: TERMS };
  releases = {
    open: await catalog.releases.createRelease({
      ...release,
      versionId: merged.id,
      galleryIds: [world.gallery.id],
    }),
    hidden: await catalog.releases.createRelease({ ...release, versionId: hidden.id }),
  };
});
afterAll(() => open.close());

const of = async (
  start: LineageStart,
  { actor = owner, ...rest }: { actor?: Actor; direction?: LineageDirection; depth?: number } = {},
) => open.catalog.lineage.lineageOf({ actor, start, depth: LINEAGE_LIMITS.depth, ...rest });
const version = ({ id }: { readonly id: string }) => ({ kind: 'DatasetVersion', id }) as const;
const generator = () => ({ kind: 'ModelVersion', id: world.recipe.generatorVersionId }) as const;
const namesOf = (graph: LineageGraph | null) =>
  (graph?.nodes ?? []).map(({ kind, id }) => `${kind} ${id}`).toSorted();
const kindsOf = (graph: LineageGraph | null) =>
  (graph?.nodes ?? []).map(({ kind, depth }) => `${depth} ${kind}`);

describe('lineage', () => {
  test('tells what made a version, back to the models, each thing once and with all edges between them', async () => {
    const graph = await of(version(second.merged), { direction: 'UPSTREAM' });
    expect(kindsOf(graph).toSorted()).toEqual(
      [
        '0 DatasetVersion',
        '-1 DatasetVersion',
        '-1 DatasetVersion',
        '-2 DatasetVersion',
        '-2 Subset',
        '-2 Run',
        '-3 Run',
        '-3 Recipe',
        '-4 Recipe',
        '-4 Gallery',
        '-4 CovariateSet',
        '-4 ModelVersion',
        '-4 ModelVersion',
      ].toSorted(),
    );
    const edges = (graph?.edges ?? []).map(
      ({ source, relation, target }) => `${source.kind} ${relation} ${target.kind}`,
    );
    expect(edges.toSorted()).toEqual(
      [
        'CovariateSet COVARIATES Recipe',
        'DatasetVersion PARENT DatasetVersion',
        'DatasetVersion PARENT DatasetVersion',
        'DatasetVersion PARENT DatasetVersion',
        'DatasetVersion QUERIED Subset',
        'Gallery GALLERY Recipe',
        'ModelVersion GENERATOR CovariateSet',
        'ModelVersion GENERATOR Recipe',
        'ModelVersion GENERATOR Recipe',
        'ModelVersion RECOGNISER Gallery',
        'ModelVersion RECOGNISER Recipe',
        'ModelVersion RECOGNISER Recipe',
        'Recipe RECIPE Run',
        'Recipe RECIPE Run',
        'Run OUTPUT DatasetVersion',
        'Run OUTPUT DatasetVersion',
        'Subset MATERIALISED DatasetVersion',
      ].toSorted(),
    );
    expect(graph).toMatchObject({ isTruncated: false });
    expect(graph?.nodes.every((node) => !node.continues)).toBe(true);
  });

  test('tells what came of a model, branches too, and is the same graph from either end', async () => {
    const down = await of(generator(), { direction: 'DOWNSTREAM' });
    const names = namesOf(down);
    const [branch] = await open.catalog.runs.branchesOfRuns({
      actor: owner,
      runIds: [world.run.id],
    });
    expect(names).toContain(`Run ${branch?.[0]?.id ?? ''}`);
    expect(names).toContain(`DatasetVersion ${hidden.id}`);
    for (const node of down?.nodes.slice(1) ?? []) {
      const up = await of(node, { direction: 'UPSTREAM' });
      expect(namesOf(up), node.kind).toContain(`ModelVersion ${generator().id}`);
    }
    const both = await of({ kind: 'Recipe', id: world.recipe.id });
    expect(both?.nodes.filter(({ depth }) => depth < 0)).toHaveLength(2);
    expect(namesOf(both)).toContain(`DatasetVersion ${second.merged.id}`);
    expect(namesOf(both)).not.toContain(`Run ${second.run.id}`);
  });

  test('begins at a dataset with its versions', async () => {
    const graph = await of(
      { kind: 'Dataset', id: world.dataset.id },
      { direction: 'UPSTREAM', depth: 1 },
    );
    expect(graph?.nodes.filter(({ depth }) => depth === 0)).toHaveLength(4);
    expect(namesOf(graph)).toContain(`Run ${second.run.id}`);
    const { catalog } = open;
    const fresh = await catalog.datasets.createDataset({
      actor: owner,
      teamId: world.team.id,
      slug: 'fresh',
      title: 'Fresh',
    });
    const start = { kind: 'Dataset', id: fresh.id } as const;
    expect(await of(start)).toEqual({ nodes: [], edges: [], isTruncated: false });
    const run = await startRun(catalog, { ...world, dataset: fresh });
    expect(kindsOf(await of(start, { depth: 1 }))).toEqual(['0 Run', '-1 Recipe']);
    expect(await of(start, { actor: world.stranger })).toBeNull();
    await catalog.prisma.run.delete({ where: { id: run.id } });
  });

  test('ends after so many steps and says where it could go on', async () => {
    const graph = await of(version(world.version), { depth: 1 });
    expect(kindsOf(graph).toSorted()).toEqual([
      '-1 Run',
      '0 DatasetVersion',
      '1 DatasetVersion',
      '1 Subset',
    ]);
    const continuing = graph?.nodes.filter(({ continues }) => continues);
    // The part went into the merge; the subset's only version is the part, which has been found.
    expect(continuing?.map(({ kind, depth }) => `${depth} ${kind}`)).toEqual([
      '-1 Run',
      '1 DatasetVersion',
    ]);
    for (const depth of [0, -1, 1.5, LINEAGE_LIMITS.depth + 1]) {
      await expect(of(version(world.version), { depth })).rejects.toMatchObject({
        code: 'INVALID',
        path: ['depth'],
      });
    }
    expect(await of({ kind: 'Run', id: "'; DROP TABLE run; --" })).toBeNull();
  });
});

describe('releases', () => {
  test('come of their version and of the galleries that they are checked against', async () => {
    const start = { kind: 'Release', id: releases.open.id } as const;
    const graph = await of(start, { depth: 1 });
    expect(kindsOf(graph).toSorted()).toEqual(
      ['0 Release', '-1 Gallery', '-1 DatasetVersion'].toSorted(),
    );
    expect(graph?.edges.map(({ relation }) => relation).toSorted()).toEqual([
      'CHECKED_AGAINST',
      'RELEASED',
    ]);
    expect(namesOf(await of(generator(), { direction: 'DOWNSTREAM' }))).toContain(
      `Release ${releases.hidden.id}`,
    );
    const { VIEWER } = world.members;
    expect(await of({ kind: 'Release', id: releases.hidden.id }, { actor: VIEWER })).toBeNull();
    expect(
      namesOf(await of(generator(), { actor: VIEWER })).filter((name) =>
        name.startsWith('Release'),
      ),
    ).toEqual([`Release ${releases.open.id}`]);
  });
});

describe('what is hidden', () => {
  test('is neither told nor counted nor walked through', async () => {
    const { VIEWER, MAINTAINER } = world.members;
    const seen = await of(generator(), { actor: VIEWER });
    expect(namesOf(seen).some((name) => name.endsWith(hidden.id))).toBe(false);
    expect(seen?.nodes.filter(({ kind }) => kind === 'Run')).toHaveLength(3);
    expect(namesOf(await of(generator(), { actor: MAINTAINER }))).toEqual(
      namesOf(await of(generator())),
    );
    expect(await of(version(hidden), { actor: VIEWER })).toBeNull();
    expect(
      await of({ kind: 'Dataset', id: world.privateDataset.id }, { actor: VIEWER }),
    ).toBeNull();
    // Beyond the recipe there is the private run only, once the others are found.
    const near = await of({ kind: 'Recipe', id: world.recipe.id }, { actor: VIEWER, depth: 2 });
    expect(near?.nodes.filter(({ kind, continues }) => kind === 'Recipe' && continues)).toEqual([]);
  });

  test('from strangers is everything, and of a public dataset all but its versions', async () => {
    const { stranger } = world;
    const starts: LineageStart[] = [
      version(world.version),
      generator(),
      { kind: 'Run', id: world.run.id },
      { kind: 'Recipe', id: world.recipe.id },
      { kind: 'Gallery', id: world.gallery.id },
      { kind: 'CovariateSet', id: world.covariateSet.id },
      { kind: 'Subset', id: world.subset.id },
      { kind: 'Release', id: releases.open.id },
      { kind: 'Dataset', id: world.dataset.id },
    ];
    const answers = () => Promise.all(starts.map((start) => of(start, { actor: stranger })));
    expect((await answers()).every((graph) => graph === null)).toBe(true);
    const where = { id: world.dataset.id };
    await open.catalog.prisma.dataset.update({ where, data: { visibility: 'PUBLIC' } });
    try {
      const [graph, ...rest] = await answers();
      expect(new Set(graph?.nodes.map(({ kind }) => kind))).toEqual(new Set(['DatasetVersion']));
      expect(graph?.nodes.some(({ continues }) => continues)).toBe(false);
      expect(rest.filter((other) => other !== null)).toHaveLength(1);
      const licences = await open.catalog.lineage.licencesOf({
        actor: stranger,
        start: version(world.version),
      });
      expect(licences).toEqual({ licences: [], isTruncated: false });
    } finally {
      await open.catalog.prisma.dataset.update({ where, data: { visibility: 'TEAM' } });
    }
  });

  test('follows the scopes of an API key', async () => {
    const key = (
      scopes: readonly ('version.read' | 'dataset.read' | 'run.read')[],
      teamId = world.team.id,
    ) => ({
      ...owner,
      key: { id: 'k', teamId, scopes: new Set(scopes) },
    });
    const start = version(world.version);
    await expect(of(start, { actor: key(['dataset.read']) })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const narrow = await of(start, { actor: key(['dataset.read', 'version.read']) });
    expect(new Set(narrow?.nodes.map(({ kind }) => kind))).toEqual(
      new Set(['DatasetVersion', 'Subset']),
    );
    const elsewhere = key(['dataset.read', 'version.read'], '0198c0de-0000-7000-8000-000000000001');
    expect(await of(start, { actor: elsewhere })).toBeNull();
  });
});

describe('licences', () => {
  test('of everything upstream are collected, those that nobody stated first', async () => {
    const { lineage } = open.catalog;
    const { licences, isTruncated } = await lineage.licencesOf({
      actor: owner,
      start: version(second.merged),
    });
    const expected = [
      [null, ['CovariateSet']],
      ['CC-BY-4.0', ['Gallery']],
      ['MIT', ['ModelVersion', 'ModelVersion']],
    ];
    const told = licences.map(({ licence, sources }) => [licence, sources.map(({ kind }) => kind)]);
    expect(told).toEqual(expected);
    expect(isTruncated).toBe(false);
    const plain = await lineage.licencesOf({ actor: owner, start: version(world.version) });
    expect(plain.licences.map(({ licence }) => licence)).toEqual(['MIT']);
  });
});

describe('what it costs', () => {
  test('is one statement per step, however many nodes a step has; and what is too much is cut', async () => {
    const statements: string[] = [];
    const catalog = await openCatalog({
      databaseUrl: open.databaseUrl,
      onQuery: (sql) => statements.push(sql),
    });
    const walk = async () => {
      statements.length = 0;
      const graph = await catalog.lineage.lineageOf({
        actor: owner,
        start: generator(),
        direction: 'DOWNSTREAM',
        depth: 6,
      });
      return { graph, count: statements.length };
    };
    try {
      const few = await walk();
      const { prisma } = open.catalog;
      const data = Array.from({ length: 600 }, (_, index) => ({
        teamId: world.team.id,
        name: `many ${String(index)}`,
        version: 1,
        digest: 'c'.repeat(64),
        definition: {},
        generatorVersionId: world.recipe.generatorVersionId,
        recogniserVersionId: world.recipe.recogniserVersionId,
        createdById: owner.userId,
      }));
      await prisma.recipe.createMany({ data: data.slice(0, 100) });
      const more = await walk();
      expect(more.graph?.nodes.length).toBe((few.graph?.nodes.length ?? 0) + 100);
      expect(more.count).toBeLessThanOrEqual(few.count);
      expect(few.count).toBeLessThanOrEqual(6 + 7);
      await prisma.recipe.createMany({ data: data.slice(100) });
      const cut = await walk();
      expect(cut.count).toBeLessThanOrEqual(few.count);
      expect(cut.graph?.nodes).toHaveLength(LINEAGE_LIMITS.nodes);
      expect(cut.graph?.isTruncated).toBe(true);
      expect(few.graph?.isTruncated).toBe(false);
    } finally {
      await catalog.close();
    }
  });
});

// The last one: what is published cannot be taken out of the others' sight again.
test('a release is told to strangers once it is published for everybody, and nothing that made it', async () => {
  const { catalog } = open;
  const { stranger } = world;
  const draft = await catalog.releases.createRelease({
    actor: owner,
    versionId: second.merged.id,
    title: 'Faces for everybody',
    semanticVersion: '1.0.1',
    terms: TERMS,
  });
  const start = { kind: 'Release', id: draft.id } as const;
  expect(await of(start, { actor: stranger })).toBeNull();
  const people = { author: owner, reviewer: world.members.MAINTAINER, maintainer: owner };
  await publishDraft(catalog, people, draft);
  expect(await of(start, { actor: stranger })).toEqual({
    nodes: [{ ...start, depth: 0, continues: false }],
    edges: [],
    isTruncated: false,
  });
});
