import { readdirSync } from 'node:fs';

import { defineConfig } from 'vitest/config';

/** Every workspace, and the folders beside them that have tests, is a project under its folder's name. */
const roots = [
  ...readdirSync('packages').map((name) => `packages/${name}`),
  ...readdirSync('apps').map((name) => `apps/${name}`),
  'docker',
  'docs',
];

export default defineConfig({
  test: {
    // One PostgreSQL for all test files of a run; it starts once, whichever projects are chosen.
    globalSetup: ['packages/catalog/src/testing/global-setup.ts'],
    maxWorkers: 2,
    projects: roots.map((root) => ({
      root,
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
