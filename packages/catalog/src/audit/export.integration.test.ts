/** @file The audit log as a file: whole pieces of a chain pass, and whatever was done to one is told. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '../generated/client.ts';
import { makeMember, makeTeam, openTestCatalog } from '../testing/index.ts';
import type { TestCatalog, TestTeam } from '../testing/index.ts';
import { verifyExport, type AuditExport } from './export.ts';

let open: TestCatalog;
let lab: TestTeam;

beforeAll(async () => {
  open = await openTestCatalog();
  lab = await makeTeam(open.catalog, 'lab');
  await makeTeam(open.catalog, 'elsewhere');
  // More than a page of events.
  const { owner: actor, team } = lab;
  for (let round = 0; round < 110; round += 1) {
    await open.catalog.teams.renameTeam({ actor, teamId: team.id, name: `Team ${round}` });
  }
  await makeMember(open.catalog, lab, 'VIEWER');
});
afterAll(() => open.close());

async function linesOf(options: Omit<AuditExport, 'teamId'> = {}): Promise<string[]> {
  const lines: string[] = [];
  const events = open.catalog.audit.exportEvents({ teamId: lab.team.id, ...options });
  for await (const event of events) lines.push(JSON.stringify(event));
  return lines;
}

async function* feed(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

const check = (lines: readonly string[], head?: string) => verifyExport(feed(lines), { head });
const hashOf = (line: string | undefined) => (JSON.parse(line ?? '') as AuditEvent).hash;

test('an export is the whole chain, and has the head that was noted', async () => {
  const head = (await open.catalog.audit.heads()).find(({ team }) => team === 'lab');
  const lines = await linesOf();
  expect(lines.length).toBeGreaterThan(110);
  expect(await check(lines, head?.hash)).toEqual({
    chain: lab.team.id,
    events: lines.length,
    first: 1,
    last: head?.sequence,
    head: head?.hash,
    hasHead: true,
  });
  expect(await check(lines)).toMatchObject({ hasHead: null });
});

test('an interval is a piece without gaps', async () => {
  const all = await linesOf();
  const [from, to] = [20, 90].map((index) => (JSON.parse(all[index] ?? '') as AuditEvent).at);
  const lines = await linesOf({ from: new Date(from ?? 0), to: new Date(to ?? 0) });
  const report = await check(lines);
  if (typeof report === 'string') throw new Error(report);
  expect(report.last - report.first + 1).toBe(lines.length);
  expect(report.first).toBeGreaterThan(1);
  expect(await linesOf({ from: new Date('2100-01-01') })).toEqual([]);
});

test('what was altered, left out, put in or begun anew is told with its line', async () => {
  const lines = await linesOf();
  const altered = lines.with(5, (lines[5] ?? '').replace('"name":"Team', '"name":"Tram'));
  expect(altered[5]).not.toBe(lines[5]);
  expect(await check(altered)).toMatch(/^line 6, event 6: its content does not have/);
  expect(await check(lines.toSpliced(7, 1))).toBe('line 8, event 9: it follows event 7');
  expect(await check(lines.toSpliced(3, 0, 'no event'))).toMatch(/^line 4 is no event/);
  expect(await check(lines.toSpliced(3, 0, lines[9] ?? ''))).toMatch(/^line 4, event 10/);
  expect(await check([])).toBe('it has no events');
  const noted = hashOf(lines.at(-1));
  expect(await check(lines.slice(0, -1), noted)).toContain('none of its events 1 to');
});
