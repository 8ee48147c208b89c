/** @file Writes schema.graphql and the types of the resolvers: `npm run schema:print -w @colloid/gateway`. */
import { mkdir, writeFile } from 'node:fs/promises';

import { printedFiles } from './format-printed.ts';

for (const [url, content] of await printedFiles()) {
  await mkdir(new URL('.', url), { recursive: true });
  await writeFile(url, content);
}
