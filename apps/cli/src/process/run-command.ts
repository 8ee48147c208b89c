/** @file Runs a tool to its end, showing what it prints or keeping it for the error. */

import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

export interface CommandOptions {
  readonly workingFolder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the person sees the output as it comes; it is kept either way. */
  readonly isShown?: boolean;
}

/** Runs `command` with `args`; the promise rejects only when it cannot be started at all. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.workingFolder,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (options.isShown === true) process.stderr.write(chunk);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
