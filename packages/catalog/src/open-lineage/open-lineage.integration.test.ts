/** @file Events of OpenLineage: what the specification demands, what they tell, and what they keep to themselves. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCatalog, startRun, type TestCatalog } from '../testing/index.ts';
import { faultsOfEvent } from '../testing/open-lineage-schema.ts';
import { publishDraft } from '../testing/release-world.ts';
import { makeVisibleWorld, type VisibleWorld } from '../testing/visible-world.ts';
import type { OpenLineageEvent } from './event-parts.ts';

let open: TestCatalog;
let world: VisibleWorld;
let events: readonly OpenLineageEvent[];

beforeAll(async () => {
  open = await openTestCatalog();
  const { catalog } = open;
  world = await makeVisibleWorld(catalog);
  const failed = await startRun(catalog, world);
  await catalog.execution.beginRun({ runId: failed.id, provider: 'cpu', machine: 'test' });
  await catalog.execution.finishRun({ runId: failed.id, state: 'FAILED', failure: 'Out of luck.' });
  await catalog.subsets.mergeVersions({
    actor: world.owner,
    versionIds: [world.version.id, world.part.id],
    onCollision: 'UNITE',
  });
  const release = await catalog.releases.createRelease({
    actor: world.owner,
    versionId: world.version.id,
    title: 'First faces',
    semanticVersion: '1.0.0',
    terms: { licence: 'CC-BY-4.0', text: '', isGated: false, reach: 'TEAM' },
  });
  const { owner, members } = world;
  const people = { author: owner, reviewer: members.MAINTAINER, maintainer: owner };
  await publishDraft(catalog, people, release);
  const secret = await startRun(catalog, { ...world, dataset: world.privateDataset });
  await catalog.execution.beginRun({ runId: secret.id, provider: 'cpu', machine: 'test' });
  events = await catalog.lineage.openLineageOfTeam({ teamId: world.team.id });
});
afterAll(() => open.close());

/** "START job: inputs > outputs" per RunEvent, "job: inputs" per JobEvent, "dataset" per DatasetEvent. */
function lineOf(event: OpenLineageEvent): string {
  if ('dataset' in event) return event.dataset.name;
  const names = (datasets: readonly { readonly name: string }[]) =>
    datasets
      .map(({ name }) => name)
      .toSorted()
      .join(', ');
  const head = 'eventType' in event ? `${event.eventType} ` : '';
  const outputs = event.outputs.length === 0 ? '' : ` > ${names(event.outputs)}`;
  return `${head}${event.job.name}: ${names(event.inputs)}${outputs}`;
}

test('every event is as the specification demands, and one that is not would be told', () => {
  expect(events.length).toBe(17);
  for (const event of events) expect(faultsOfEvent(event), JSON.stringify(event)).toEqual([]);
  const [event] = events;
  expect(faultsOfEvent({ ...event, eventTime: 'yesterday' })).not.toEqual([]);
  expect(faultsOfEvent({ ...event, producer: 'Colloid' })).not.toEqual([]);
  expect(faultsOfEvent({ ...event, schemaURL: undefined })).not.toEqual([]);
  const run = events.find((candidate) => 'run' in candidate);
  expect(faultsOfEvent({ ...run, run: { runId: '7' } })).not.toEqual([]);
  expect(faultsOfEvent({ ...run, eventType: 'DONE' })).not.toEqual([]);
  expect(faultsOfEvent({ ...run, outputs: [{ name: 'no namespace' }] })).not.toEqual([]);
});

test('they tell the whole way from models to versions, in the order of time', () => {
  const generator = 'models/generator/generator/1';
  const recogniser = 'models/recogniser/recogniser/1';
  const models = `${generator}, ${recogniser}`;
  const [first, part] = ['datasets/faces/versions/1', 'datasets/faces/versions/2'];
  const expected = [
    generator,
    recogniser,
    `recipes/standard/1: ${models}`,
    `START recipes/standard/1: ${models}`,
    `COMPLETE recipes/standard/1: ${models} > ${first}`,
    `datasets/faces/subsets/one: ${first}`,
    `START datasets/faces/subsets/one: ${first}`,
    `COMPLETE datasets/faces/subsets/one: ${first} > ${part}`,
    `START galleries/make: ${recogniser}`,
    `START covariates/make: ${generator}`,
    `START recipes/standard/1: ${models}`,
    `FAIL recipes/standard/1: ${models}`,
    `START datasets/faces/merge: ${first}, ${part}`,
    `COMPLETE datasets/faces/merge: ${first}, ${part} > datasets/faces/versions/3`,
    `START datasets/faces/release: ${first}`,
    `COMPLETE datasets/faces/release: ${first} > datasets/faces/releases/1.0.0`,
    `START recipes/standard/1: ${models}`,
  ];
  const lines = events.map(lineOf);
  expect(lines.toSorted()).toEqual(expected.toSorted());
  const times = events.map(({ eventTime }) => eventTime);
  expect(times).toEqual(times.toSorted());
  expect(lines.indexOf(`START datasets/faces/merge: ${first}, ${part}`)).toBe(
    lines.findIndex((line) => line.startsWith('COMPLETE datasets/faces/merge')) - 1,
  );
});

test('facets carry digests, licences, tags, counts, recipes and failures', () => {
  const find = (line: RegExp) => {
    const event = events.find((candidate) => line.test(lineOf(candidate)));
    if (event === undefined) throw new Error(`no event is like ${String(line)}`);
    return event;
  };
  expect(find(/^models\/generator/)).toMatchObject({
    dataset: {
      namespace: 'colloid://lab',
      facets: {
        version: { datasetVersion: `sha256:${'a'.repeat(64)}` },
        datasetType: { datasetType: 'MODEL', subType: 'GENERATOR' },
        tags: { tags: [{ key: 'licence', value: 'MIT', source: 'COLLOID' }] },
      },
    },
  });
  expect(find(/^COMPLETE recipes/)).toMatchObject({
    run: { runId: world.run.id, facets: { processing_engine: { name: 'Colloid' } } },
    outputs: [
      {
        facets: {
          version: { datasetVersion: `sha256:${world.version.digest}` },
          tags: { tags: [{ key: 'v1', value: 'true' }] },
        },
        outputFacets: { outputStatistics: { rowCount: 6 } },
      },
    ],
  });
  expect(find(/^recipes/)).toMatchObject({
    job: { facets: { sourceCode: { language: 'json', sourceCode: '{"seed":1}' } } },
  });
  expect(find(/^FAIL/)).toMatchObject({
    run: { facets: { errorMessage: { message: 'Out of luck.' } } },
  });
});

test('of one dataset they tell what it was made from and nothing else; to an actor what they may see', async () => {
  const { lineage } = open.catalog;
  const ofPrivate = await lineage.openLineageOfTeam({
    teamId: world.team.id,
    datasetId: world.privateDataset.id,
  });
  expect(ofPrivate.map(lineOf).filter((line) => line.includes('faces'))).toEqual([]);
  expect(ofPrivate).toHaveLength(4);
  const start = { kind: 'Recipe', id: world.recipe.id } as const;
  const request = { start, depth: 16 } as const;
  const seen = await lineage.openLineageOf({ ...request, actor: world.members.VIEWER });
  const all = await lineage.openLineageOf({ ...request, actor: world.owner });
  expect(JSON.stringify(seen)).not.toContain('secret');
  expect((all?.length ?? 0) - (seen?.length ?? 0)).toBe(1);
  expect(await lineage.openLineageOf({ ...request, actor: world.stranger })).toBeNull();
});
