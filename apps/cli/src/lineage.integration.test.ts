/** @file `./colloid lineage export` as a person runs it, and as a server of OpenLineage takes it. */

import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeTeam, openTestCatalog, produce, startRun } from '@colloid/catalog/testing';
import type { TestCatalog } from '@colloid/catalog/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runColloid } from './testing/run-colloid.ts';

let folder: string;
let open: TestCatalog;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-lineage-'));
  open = await openTestCatalog();
  const world = await makeTeam(open.catalog, 'lab');
  await open.catalog.budgets.setIdentityBudget({
    actor: world.owner,
    scope: { teamId: world.team.id },
    maxIdentities: 100,
    maxSamples: 1000,
    minSeparation: 0,
  });
  const run = await startRun(open.catalog, world);
  await produce(open.catalog, run);
  await open.catalog.versions.commitVersion({ runId: run.id, metrics: {} });
  environment = { COLLOID_DATA: join(folder, 'data'), DATABASE_URL: open.databaseUrl };
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true, force: true });
});

test('writes one event a line, of a team or of one dataset', async () => {
  const file = join(folder, 'events.ndjson');
  const all = await runColloid(['lineage', 'export'], environment);
  expect(all.stderr).toBe('');
  const lines = all.stdout.trim().split('\n');
  const kinds = lines.map((line) => {
    const { schemaURL } = JSON.parse(line) as { schemaURL: string };
    return schemaURL.split('/').at(-1);
  });
  // Two models, their recipe, and the run that began and ended.
  expect(kinds).toEqual(['DatasetEvent', 'DatasetEvent', 'JobEvent', 'RunEvent', 'RunEvent']);
  const one = await runColloid(
    ['lineage', 'export', '--team', 'lab', '--dataset', 'faces', '--output', file],
    environment,
  );
  expect(one.stderr).toContain(`5 events are in ${file}.`);
  expect(await readFile(file, 'utf8')).toBe(all.stdout);
});

test('sends them to a server, and says what that refused and what it was not given', async () => {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (taken.length === 7) {
        response.writeHead(507).end('the shelf is full');
        return;
      }
      taken.push(Buffer.concat(chunks).toString());
      response.writeHead(201).end();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/lineage`;
  try {
    const sent = await runColloid(['lineage', 'export', '--url', url], environment);
    expect(sent.stderr).toContain(`5 events were taken by ${url}.`);
    expect(sent.stdout).toBe('');
    expect(taken.map((text) => (JSON.parse(text) as { producer: string }).producer)).toEqual(
      Array.from({ length: 5 }, () => expect.stringMatching(/^urn:colloid:/) as string),
    );
    const full = await runColloid(['lineage', 'export', '--url', url], environment);
    expect(full.stderr).toContain('took 2 events and refused the next one (507 the shelf is full)');
    expect(full.exitCode).toBe(1);
  } finally {
    server.close();
  }
  const gone = await runColloid(['lineage', 'export', '--url', url], environment);
  expect(gone.stderr).toMatch(/took 0 events and refused the next one \(.*ECONNREFUSED/);
  const unknown = await runColloid(['lineage', 'export', '--dataset', 'nothing'], environment);
  expect(unknown.stderr).toContain("no dataset 'nothing' in the team 'lab'; there are: faces.");
  expect(unknown.exitCode).toBe(1);
});
