/** @file Hostile model files in the process that inspects them: refused by what they are, within 1 GiB. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { tinyRecogniserSource } from '../testing/tiny-pair.ts';
import { inspectGuarded } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A length-delimited field of protocol buffers, for content of any size. */
function field(number: number, content: Uint8Array): Uint8Array {
  const head = [number * 8 + 2];
  for (let rest = content.length; ; rest = Math.floor(rest / 128)) {
    head.push(rest > 127 ? (rest % 128) + 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Uint8Array.from(head), content]);
}

const EMPTY_NODE = Uint8Array.of(10, 0);
const EMPTY_VALUE = Uint8Array.of(106, 0);
const inGraph = (part: Uint8Array, times: number): Uint8Array =>
  field(7, Buffer.alloc(part.length * times, part));

const HOSTILE: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  [
    'ten million nodes',
    () => inGraph(EMPTY_NODE, 10_000_000),
    /has 10000000 nodes, and 100000 are the most\.\); register a smaller one/,
  ],
  ['eighty million values', () => inGraph(EMPTY_VALUE, 80_000_000), /bytes of messages/],
  [
    'a list of two hundred million numbers',
    () => field(7, field(5, field(7, Buffer.alloc(200_000_000)))),
    /bytes of messages/,
  ],
];

test.each(HOSTILE)('%s', async (_, make, sentence) => {
  const { manifest } = tinyRecogniserSource();
  await writeFile(join(folder, 'model.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'network.onnx'), make());
  const { report } = await inspectGuarded(folder, {
    provider: 'cpu',
    threads: 1,
    limits: { seconds: 120, memoryBytes: 1024 ** 3 },
  });
  expect(report.refusal).toMatch(sentence);
  expect(report.checks.find(({ id }) => id === 'LIMITS')?.state).toBe('PASSED');
  expect(report.peakMemoryBytes).toBeLessThan(1024 ** 3);
});
