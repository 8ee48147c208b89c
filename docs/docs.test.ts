/** @file What the pages say is there: links, paths, commands, queries, recipes, manifests, variables. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { buildSchema, parse as parseGraphql, validate } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ZModelManifest } from '@colloid/sampler';
import { parseRecipe } from '@colloid/sampler/recipe';

import { environmentVariables } from './scripts/environment-table.ts';
import { renderFiles } from './scripts/generate-tables.ts';
import {
  anchorsOf,
  commandsOf,
  fencesOf,
  linksOf,
  pathsOf,
  readPages,
  REPOSITORY,
} from './scripts/pages.ts';
import type { Page } from './scripts/pages.ts';
import { RECIPE_FILES } from './scripts/recipe-files.ts';

const pages = await readPages();
const inDocs = pages.filter(({ name }) => name.startsWith('docs/'));

function pageAt(name: string): Page {
  const page = pages.find((one) => one.name === name);
  if (page === undefined) throw new Error(`there is no page ${name}`);
  return page;
}

describe.each(pages.map((page) => [page.name, page] as const))('%s', (_, page) => {
  it('links to files and headings that are there', () => {
    const broken = linksOf(page).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page.name : path.join(path.dirname(page.name), file);
      if (!existsSync(path.join(REPOSITORY, target))) return true;
      const other = pages.find(({ name }) => name === path.normalize(target));
      return anchor !== undefined && (other === undefined || !anchorsOf(other).has(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const missing = pathsOf(page).filter((name) => !existsSync(path.join(REPOSITORY, name)));
    expect(missing).toEqual([]);
  });
});

/** Commands whose second word is the command. */
const GROUPS: ReadonlySet<string> = new Set([
  'audit',
  'covariates',
  'lineage',
  'models',
  'release',
  'samples',
  'storage',
  'users',
]);

/** Commands that hand their options on to a script, which reads them itself. */
const HANDED_ON: ReadonlySet<string> = new Set(['bench']);

describe('commands', () => {
  const commands = pages.flatMap((page) =>
    commandsOf(page).map(([name = '', second = '', ...rest]) =>
      GROUPS.has(name)
        ? { page, name: `${name} ${second}`, rest }
        : { page, name, rest: [second, ...rest] },
    ),
  );
  const names = [...new Set(commands.map(({ name }) => name))].filter(
    (name) => !name.startsWith('-'),
  );
  const helps = new Map<string, string>();

  beforeAll(async () => {
    const run = promisify(execFile);
    const main = path.join(REPOSITORY, 'apps/cli/src/main.ts');
    for (const name of names) {
      const { stdout } = await run(process.execPath, [main, ...name.split(' '), '--help']);
      helps.set(name, stdout);
    }
  });

  it('are found in the pages', () => {
    expect(names).toEqual(expect.arrayContaining(['demo', 'up', 'sample', 'worker', 'test']));
  });

  it('exist with every option that is shown', () => {
    const unknown = commands.flatMap(({ page, name, rest }) => {
      const help = helps.get(name) ?? '';
      // Commander answers the help of an unknown command with that of the whole program.
      if (!help.startsWith(`Usage: colloid ${name}`)) return [`${page.name}: ./colloid ${name}`];
      if (HANDED_ON.has(name)) return [];
      return rest
        .filter((word) => word.startsWith('--') && !new RegExp(`${word}\\b`).test(help))
        .map((word) => `${page.name}: ./colloid ${name} ${word}`);
    });
    expect(unknown).toEqual([]);
  });
});

it('every recipe shown in the pages is valid', () => {
  const shown = inDocs
    .flatMap((page) => fencesOf(page))
    .filter(({ language, code }) => language === 'yaml' && /^generator:/m.test(code));
  expect(shown.length).toBeGreaterThan(0);
  for (const { code } of shown) expect(() => parseRecipe(parseYaml(code))).not.toThrow();
});

it.each(Object.keys(RECIPE_FILES))('%s is a valid recipe of the models that come along', (file) => {
  const recipe = parseRecipe(parseYaml(readFileSync(path.join(REPOSITORY, 'docs', file), 'utf8')));
  expect(recipe).toMatchObject({
    generator: expect.stringMatching(/^parametric-head@/) as string,
    recogniser: expect.stringMatching(/^parametric-head-id@/) as string,
  });
});

it('every manifest in models.md is one that the sampler accepts', () => {
  const manifests = fencesOf(pageAt('docs/models.md')).filter(
    ({ language }) => language === 'json',
  );
  expect(manifests.length).toBeGreaterThanOrEqual(2);
  for (const { code } of manifests) {
    const { error } = ZModelManifest.safeParse(JSON.parse(code));
    expect(error?.issues ?? []).toEqual([]);
  }
});

it('every GraphQL operation in the pages is valid in the schema', () => {
  const schema = buildSchema(
    readFileSync(path.join(REPOSITORY, 'apps/gateway/schema.graphql'), 'utf8'),
  );
  const operations = pages
    .flatMap((page) => fencesOf(page))
    .filter(({ language }) => language === 'graphql');
  expect(operations.length).toBeGreaterThan(5);
  for (const { code } of operations) {
    const problems = validate(schema, parseGraphql(code)).map(({ message }) => message);
    expect(problems, code).toEqual([]);
  }
});

describe('operations.md', () => {
  const { text } = pageAt('docs/operations.md');
  const described = environmentVariables().map(({ name }) => name);
  const read = ['apps', 'packages', 'docker'].flatMap((folder) =>
    variablesReadIn(path.join(REPOSITORY, folder)),
  );

  it('names every environment variable that our code reads', () => {
    const ofTheSystem = new Set(['PATH', 'NODE_ENV', 'HOME']);
    const unnamed = new Set(
      read.filter((name) => !ofTheSystem.has(name) && !text.includes(`\`${name}\``)),
    );
    expect([...unnamed]).toEqual([]);
  });

  it('names no variable of ours that nothing reads', () => {
    const known = new Set([...described, ...read]);
    const named = [...text.matchAll(/`(?:COLLOID|S3)_[A-Z_]+`/g)].map(([code]) =>
      code.replaceAll('`', ''),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

it('what is generated is up to date; else run: node docs/scripts/generate-tables.ts', async () => {
  for (const { found, wanted } of await renderFiles()) expect(found).toBe(wanted);
});

/** Names in `process.env.X` and `process.env['X']`. */
function variablesReadIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', '.next', 'generated', 'built-in'].includes(entry.name)) return [];
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return variablesReadIn(file);
    if (!/\.tsx?$/.test(entry.name)) return [];
    return [...readFileSync(file, 'utf8').matchAll(/process\.env(?:\.|\[')([A-Z][A-Z0-9_]*)/g)].map(
      ([, name = '']) => name,
    );
  });
}
