/** @file Generates the Prisma client into src/generated without downloading an engine. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const prismaPackage = createRequire(import.meta.url).resolve('prisma/package.json');

// `prisma generate` never starts the native schema engine, but would download it; naming any executable file instead prevents that (Prisma 7.10).
const result = spawnSync(
  process.execPath,
  [
    join(dirname(prismaPackage), 'build', 'index.js'),
    'generate',
    '--schema',
    join(root, 'prisma', 'schema'),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
);
if (result.error !== undefined) throw result.error;
process.exitCode = result.status ?? 1;
