/** @file Builds what runs from built files (the web pages) and generates clients; turbo skips what is unchanged. */

import { CliError } from './errors.ts';
import { inTurn } from './process/in-turn.ts';
import { runCommand } from './process/run-command.ts';
import { inRepository, REPOSITORY_ROOT } from './repository.ts';

/**
 * Loads a command that knows the database. Its client and that of GraphQL are generated first where their inputs changed, since a
 * fresh clone has none.
 *
 * @throws {CliError} `BUILD_FAILED`, with the tool's own output.
 */
export async function withClients<Command>(load: () => Promise<Command>): Promise<Command> {
  await runTasks('generate');
  return load();
}

/**
 * Generates the clients and builds the web pages where their inputs changed.
 *
 * @throws {CliError} `BUILD_FAILED`, with the tool's own output.
 */
export async function build(): Promise<void> {
  await runTasks('generate', 'build');
}

/** One at a time in a checkout: two builds of the pages would write into one folder, and Next.js ends the second one. */
const LOCK = inRepository('node_modules/.cache/colloid-build.lock');

async function runTasks(...tasks: readonly string[]): Promise<void> {
  const result = await inTurn(LOCK, () =>
    runCommand(
      inRepository('node_modules/.bin/turbo'),
      ['run', ...tasks, '--output-logs=errors-only'],
      { workingFolder: REPOSITORY_ROOT, environment: { NEXT_TELEMETRY_DISABLED: '1' } },
    ),
  );
  if (result.exitCode !== 0) {
    throw new CliError(
      'BUILD_FAILED',
      `The build failed; correct what it names and start again.\n${result.output.trimEnd()}`,
    );
  }
}
