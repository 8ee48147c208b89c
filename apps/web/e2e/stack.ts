/** @file The real thing for the browser tests: `colloid up` on a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
const MAIN = path.join(REPOSITORY, 'apps/cli/src/main.ts');
const START_TIMEOUT_MS = 8 * 60_000;
const STOP_TIMEOUT_MS = 30_000;

/** A running Colloid. */
export interface Stack {
  readonly url: string;
  /** An address that signs `email` in once. */
  signInAddress(email: string): Promise<string>;
  /** Stops everything and removes the data folder. */
  stop(): Promise<void>;
}

/** Builds what has changed, and starts everything on free ports. */
export async function startStack(): Promise<Stack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloid-e2e-'));
  // PostgreSQL runs as a user of its own when Colloid runs as root.
  await chmod(folder, 0o755);
  const environment = {
    ...process.env,
    COLLOID_DATA: folder,
    COLLOID_PORT: String(await freePort()),
  };
  const child = spawn(process.execPath, [MAIN, 'up'], {
    cwd: REPOSITORY,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const stop = async () => {
    await end(child);
    await remove();
  };
  try {
    const url = await announcedUrl(child);
    return {
      url,
      stop,
      signInAddress: async (email) =>
        (await output([MAIN, 'sign-in', email], environment)).trim().split('\n').at(-1) ?? '',
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      reject(new Error(`Colloid did not start in time. It said:\n${said}`));
    }, START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /Colloid runs at (http:\/\/\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Colloid ended with ${String(code)} before it ran. It said:\n${said}`));
    });
  });
}

async function output(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: REPOSITORY,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${complaints}`);
  return out;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port was given.');
  return address.port;
}
