/** @file Writes what is generated of the docs: `node docs/scripts/generate-tables.ts`. docs.test.ts says when it is stale. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';

import { environmentTable } from './environment-table.ts';
import { replaceGenerated } from './markdown.ts';
import { licenceTable } from './licence-table.ts';
import { parameterTable, presetTable } from './parameter-tables.ts';
import { actionTable, operationTable } from './permission-tables.ts';
import { RECIPE_FILES, recipeFile } from './recipe-files.ts';

const DOCS = path.dirname(import.meta.dirname);

/** The generated places of each page. */
const PAGES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'operations.md': { environment: environmentTable },
  'permissions.md': { actions: actionTable, operations: operationTable },
  'release-files.md': { licences: licenceTable },
  'recipes.md': {
    presets: presetTable,
    langevin: () => parameterTable('langevin'),
    random: () => parameterTable('random'),
    reject: () => parameterTable('reject'),
    repulse: () => parameterTable('repulse'),
    dispersion: () => parameterTable('dispersion'),
    disco: () => parameterTable('disco'),
    covariates: () => parameterTable('covariates'),
  },
};

/** A file with generated text: its path, what is there, and what it should be. */
export interface GeneratedFile {
  readonly file: string;
  readonly found: string;
  readonly wanted: string;
}

/** Every file with generated text. */
export async function renderFiles(): Promise<readonly GeneratedFile[]> {
  const pages = Object.entries(PAGES).map(([name, places]) =>
    render(name, (found) =>
      Object.entries(places).reduce(
        (page, [place, make]) => replaceGenerated(page, place, make()),
        found,
      ),
    ),
  );
  const recipes = Object.entries(RECIPE_FILES).map(([name, preset]) =>
    render(name, () => recipeFile(name, preset)),
  );
  return Promise.all([...pages, ...recipes]);
}

async function render(name: string, change: (found: string) => string): Promise<GeneratedFile> {
  const file = path.join(DOCS, name);
  const found = await readFile(file, 'utf8');
  const options = (await resolveConfig(file)) ?? {};
  return { file, found, wanted: await format(change(found), { ...options, filepath: file }) };
}

if (import.meta.main) {
  for (const { file, found, wanted } of await renderFiles()) {
    const isStale = found !== wanted;
    if (isStale) await writeFile(file, wanted);
    process.stdout.write(`${path.relative(DOCS, file)}: ${isStale ? 'written' : 'up to date'}\n`);
  }
}
