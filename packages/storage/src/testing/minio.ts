/** @file A real MinIO server for tests and benchmarks, started on this machine and removed again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A server that runs until it is stopped, or until this process ends. */
export interface RunningMinio {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Stop the server and delete its data. */
  stop(): Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const START_ATTEMPTS = 3;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * Path of the MinIO binary, or null where there is none: `MINIO_BINARY`, else the repository's
 * `.cache/bin/minio` (which `scripts/build-minio.sh` makes), else `minio` on the PATH.
 */
export function findMinio(): string | null {
  const named = process.env['MINIO_BINARY'];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new Error(`MINIO_BINARY names '${named}', which is no executable file; correct it.`);
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((dir) => dir !== '');
  const candidates = [path.join(REPOSITORY, '.cache/bin'), ...folders];
  return candidates.map((dir) => path.join(dir, 'minio')).find(isExecutable) ?? null;
}

/** Start a server on 127.0.0.1 with a free port, fresh keys and an empty data folder. */
export async function startMinio(): Promise<RunningMinio> {
  const binary = findMinio();
  if (binary === null)
    throw new Error('There is no MinIO here: run packages/storage/scripts/build-minio.sh.');
  const accessKey = randomBytes(10).toString('hex');
  const secretKey = randomBytes(20).toString('hex');
  let last = '';
  // Between finding a free port and the server taking it, another process may take it.
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    const folder = await mkdtemp(path.join(tmpdir(), 'colloid-minio-'));
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const server = launch(binary, folder, endpoint, { accessKey, secretKey });
    if (await isReady(server.child, endpoint))
      return { endpoint, accessKey, secretKey, stop: () => stop(server.child, folder) };
    last = server.output();
    await stop(server.child, folder);
  }
  throw new Error(`MinIO (${binary}) did not start; its last words: ${last.slice(-2000)}`);
}

function launch(
  binary: string,
  folder: string,
  endpoint: string,
  keys: { readonly accessKey: string; readonly secretKey: string },
): { readonly child: ChildProcess; readonly output: () => string } {
  const address = new URL(endpoint).host;
  const child = spawn(binary, ['server', '--quiet', '--address', address, folder], {
    env: {
      HOME: folder,
      PATH: process.env['PATH'] ?? '',
      MINIO_ROOT_USER: keys.accessKey,
      MINIO_ROOT_PASSWORD: keys.secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (data: Buffer): void => void (output = (output + data.toString()).slice(-8000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  const killOnExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killOnExit);
  child.once('exit', () => process.off('exit', killOnExit));
  return { child, output: () => output };
}

async function isReady(child: ChildProcess, endpoint: string): Promise<boolean> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  while (!signal.aborted && child.exitCode === null && child.pid !== undefined) {
    try {
      const answer = await fetch(`${endpoint}/minio/health/ready`, { signal });
      await answer.body?.cancel();
      if (answer.ok) return true;
    } catch (error) {
      // Refused until it listens; anything else shows as not ready after the timeout.
      if (!(error instanceof TypeError) && !signal.aborted) throw error;
    }
    await delay(50);
  }
  return false;
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
  await rm(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('The system gave no free port.')),
      );
    });
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there or not executable: both mean that it is not this one
  }
}
