/** @file Writes the generated tables into the pages: `node docs/scripts/generate-tables.ts`. docs.test.ts says when they are stale. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';

import { environmentTable } from './environment-table.ts';
import { replaceGenerated } from './markdown.ts';
import { parameterTable, presetTable } from './parameter-tables.ts';

const DOCS = path.dirname(import.meta.dirname);

/** The generated places of each page. */
const PAGES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'operations.md': { environment: environmentTable },
  'recipes.md': {
    presets: presetTable,
    langevin: () => parameterTable('langevin'),
    random: () => parameterTable('random'),
    dispersion: () => parameterTable('dispersion'),
  },
};

/** Each page with generated places: its path, its text, and the text it should have. */
export async function renderPages(): Promise<
  readonly { readonly file: string; readonly found: string; readonly wanted: string }[]
> {
  return Promise.all(
    Object.entries(PAGES).map(async ([name, places]) => {
      const file = path.join(DOCS, name);
      const found = await readFile(file, 'utf8');
      let page = found;
      for (const [place, make] of Object.entries(places)) {
        page = replaceGenerated(page, place, make());
      }
      const options = (await resolveConfig(file)) ?? {};
      return { file, found, wanted: await format(page, { ...options, filepath: file }) };
    }),
  );
}

if (import.meta.main) {
  for (const { file, found, wanted } of await renderPages()) {
    if (found !== wanted) await writeFile(file, wanted);
    process.stdout.write(
      `${path.relative(process.cwd(), file)}: ${found === wanted ? 'up to date' : 'written'}\n`,
    );
  }
}
