/** @file `./colloid doctor`: what this machine has, what works, and what to do about what does not. */

import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { arch, availableParallelism, platform, totalmem } from 'node:os';

import { databaseStatus } from '@colloid/catalog';
import { objectStoreConfig } from '@colloid/pipeline';
import { availableProviders } from '@colloid/sampler';
import { openObjectStore } from '@colloid/storage';

import { prepareDataFolder } from '../data-folder.ts';
import { type CliEnvironment, readEnvironment } from '../environment.ts';
import { inRepository } from '../repository.ts';

interface Check {
  readonly name: string;
  readonly isFine: boolean;
  readonly detail: string;
}

interface DoctorReport {
  readonly colloid: string;
  readonly node: string;
  readonly machine: string;
  readonly checks: readonly Check[];
  readonly providers: readonly {
    readonly name: string;
    readonly available: boolean;
    readonly reason?: string;
  }[];
}

/** Prints the report; the exit status is 1 when a check failed. */
export async function doctor({ json = false }: { readonly json?: boolean }): Promise<void> {
  const environment = readEnvironment();
  const report: DoctorReport = {
    colloid: await versionOf(inRepository('package.json')),
    node: process.versions.node,
    machine: `${platform()} ${arch()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 1024 ** 3)} GB`,
    checks: [
      await check(
        'data folder',
        async () => (await prepareDataFolder(environment.dataFolder)).path,
      ),
      await check('object store', () => describeStore(environment)),
      await check('database', () => describeDatabase(environment)),
      await check('onnxruntime', () =>
        versionOf(inRepository('node_modules/onnxruntime-node/package.json')),
      ),
      await check('browser for tests', findBrowser),
    ],
    providers: await availableProviders(),
  };
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else print(report);
  // A missing browser keeps nobody from sampling: it is told, and fails nothing.
  const failed = report.checks.filter((one) => !one.isFine && one.name !== 'browser for tests');
  if (failed.length > 0) process.exitCode = 1;
}

async function check(name: string, probe: () => Promise<string>): Promise<Check> {
  try {
    return { name, isFine: true, detail: await probe() };
  } catch (error) {
    return { name, isFine: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function describeStore(environment: CliEnvironment): Promise<string> {
  const config = objectStoreConfig(environment);
  const store = await openObjectStore(config);
  try {
    await store.probe();
  } finally {
    await store.close();
  }
  return config.kind === 's3'
    ? `${config.bucket} on ${config.endpoint}`
    : 'folder in the data folder';
}

async function describeDatabase({ DATABASE_URL }: CliEnvironment): Promise<string> {
  if (DATABASE_URL === undefined) return 'embedded PostgreSQL, started by ./colloid up';
  const { version, pendingMigrations } = await databaseStatus({ databaseUrl: DATABASE_URL });
  const migrations =
    pendingMigrations.length === 0
      ? 'migrations applied'
      : `${pendingMigrations.length} migrations to apply at the next start`;
  return `PostgreSQL ${version}, ${migrations}`;
}

async function findBrowser(): Promise<string> {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ].filter((path) => path !== undefined);
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error('none found; install Chromium or name one with CHROMIUM to run the page tests');
}

async function versionOf(packageFile: string): Promise<string> {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  return version;
}

function print({ colloid, node, machine, checks, providers }: DoctorReport): void {
  console.log(`Colloid ${colloid} on Node ${node} (${machine})\n`);
  for (const { name, isFine, detail } of checks) {
    console.log(`${isFine ? '✓' : '✗'} ${name.padEnd(18)} ${detail}`);
  }
  console.log('\nExecution providers');
  for (const { name, available, reason } of providers) {
    console.log(
      `${available ? '✓' : '–'} ${name.padEnd(18)} ${available ? 'available' : (reason ?? '')}`,
    );
  }
}
