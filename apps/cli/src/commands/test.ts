/** @file `./colloid test`: every check and every test, and one closing line that counts them. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from '../build.ts';
import { runCommand } from '../process/run-command.ts';
import { inRepository, REPOSITORY_ROOT } from '../repository.ts';
import { say } from '../terminal.ts';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's JSON report that is read here. */
interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

export interface TestOptions {
  /** Also the slow sweeps. */
  readonly all?: boolean;
}

const bin = (name: string): string => inRepository('node_modules/.bin', name);

/** Folders with code beside the workspaces. */
const OUTSIDE_WORKSPACES = ['docker', 'docs', 'benchmarks'];

/** Each gate counts as one test; they run before the tests because they are quick and name the place. */
const GATES: readonly {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}[] = [
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  {
    name: 'lint of the workspaces',
    command: 'turbo',
    args: ['run', 'lint', '--output-logs=errors-only', '--continue'],
  },
  {
    name: 'types of the workspaces',
    command: 'turbo',
    args: ['run', 'typecheck', '--output-logs=errors-only', '--continue'],
  },
  {
    name: 'lint of docker, docs and benchmarks',
    command: 'oxlint',
    args: ['--type-aware', '--deny-warnings', ...OUTSIDE_WORKSPACES],
  },
  {
    name: 'types of docker, docs and benchmarks',
    command: 'tsc',
    args: ['--noEmit', '-p', 'tsconfig.json'],
  },
];

/**
 * Installs the real MinIO where it can be built, builds, runs the gates and all tests, and prints `N passed, N failed` as
 * its last line. The exit status is 1 when anything failed.
 */
export async function test(options: TestOptions): Promise<void> {
  say('Preparing MinIO…');
  const minio = await runCommand('sh', [inRepository('packages/storage/scripts/build-minio.sh')], {
    workingFolder: REPOSITORY_ROOT,
    isShown: true,
  });
  if (minio.exitCode !== 0) say('MinIO is not available; the tests that need it say so.');

  say('Building…');
  await build();

  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const gate of GATES) {
    const { exitCode, output } = await runCommand(bin(gate.command), gate.args, {
      workingFolder: REPOSITORY_ROOT,
    });
    say(`${exitCode === 0 ? 'passed' : 'FAILED'}  ${gate.name}`);
    if (exitCode === 0) tally.passed += 1;
    else {
      tally.failed += 1;
      say(output.trimEnd());
    }
  }
  await runTests(options, tally);

  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed${skipped}\n`);
  if (tally.failed > 0) process.exitCode = 1;
}

async function runTests(options: TestOptions, tally: Tally): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'colloid-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const { exitCode } = await runCommand(
      bin('vitest'),
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
      {
        workingFolder: REPOSITORY_ROOT,
        environment: options.all === true ? { COLLOID_TEST_ALL: '1' } : {},
        isShown: true,
      },
    );
    const report = JSON.parse(await readFile(reportFile, 'utf8')) as TestReport;
    tally.passed += report.numPassedTests;
    tally.failed += report.numFailedTests;
    tally.skipped += report.numPendingTests;
    // A suite that fails before its first test has no failed test of its own, and must count all the same.
    if (exitCode !== 0 && report.numFailedTests === 0) {
      tally.failed += Math.max(1, report.numFailedTestSuites);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
