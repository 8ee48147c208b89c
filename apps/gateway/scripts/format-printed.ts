/** @file What is printed from the schema, in the format of the repository. */
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { printSchema } from '../src/schema/schema.ts';

/** Files that are printed from the schema, and their content as it should be. */
export async function printedFiles(): Promise<ReadonlyMap<URL, string>> {
  const { sdl, types } = await printSchema();
  return new Map([
    await formatted('../schema.graphql', sdl),
    await formatted('../src/generated/nexus.ts', types),
  ]);
}

async function formatted(path: string, content: string): Promise<[URL, string]> {
  const url = new URL(path, import.meta.url);
  const filepath = fileURLToPath(url);
  const settings = await resolveConfig(filepath);
  return [url, await format(content, { ...settings, filepath })];
}
