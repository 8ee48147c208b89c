import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

// Started from the folder of a workspace too, so paths begin where this file lies.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Every workspace, and the folders beside them that have tests, is a project under its folder's name. */
const roots = [
  ...readdirSync(here('packages')).map((name) => `packages/${name}`),
  ...readdirSync(here('apps')).map((name) => `apps/${name}`),
  'benchmarks',
  'docker',
  'docs',
];

export default defineConfig({
  test: {
    // One PostgreSQL for all test files of a run; it starts once, whichever projects are chosen.
    globalSetup: [here('packages/catalog/src/testing/global-setup.ts')],
    maxWorkers: 2,
    projects: roots.map((root) => ({
      root: here(root),
      // The copy that Node gives its dependants; Vite would choose the .mjs file beside it, and two cannot be mixed.
      resolve: {
        alias: [
          { find: /^graphql$/, replacement: here('node_modules/graphql/index.js') },
          // What the pages call their own modules; no other workspace uses it.
          { find: /^@\//, replacement: here('apps/web/src/') },
        ],
      },
      test: {
        name: root.slice(root.lastIndexOf('/') + 1),
        include: ['**/*.test.{ts,tsx}'],
        exclude: ['**/node_modules/**', '**/.next/**', '**/dist/**'],
        testTimeout: 60_000,
        hookTimeout: 120_000,
      },
    })),
  },
});
