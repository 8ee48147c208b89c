/** @file The digest of the sources that encoded graphs follow from. For the test and the script, which have the sources. */

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const CHAIN = import.meta.dirname;
const ONNX = join(CHAIN, '../../../onnx/src');
/** Nothing in them ends up in a graph that is cached. */
const LEFT_OUT = [/\.test\.ts$/, /^testing\//, /^test-bed\//, /^graph-revision\.ts$/];

/** SHA-256 over names and contents, its first 16 hex digits. */
export function revisionOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of [ONNX, CHAIN]) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.ts') && !LEFT_OUT.some((pattern) => pattern.test(name)))
      .toSorted();
    for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
