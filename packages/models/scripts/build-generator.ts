/** @file Writes `built-in/parametric-head`: node scripts/build-generator.ts */
import { mkdir, writeFile } from 'node:fs/promises';
import { generatorFiles } from '../src/parametric-head/files.ts';

const folder = new URL('../built-in/parametric-head/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, bytes] of generatorFiles()) {
  await writeFile(new URL(name, folder), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}
