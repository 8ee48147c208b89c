/** @file The server's process, bound to the life of ours: when we are gone, even by SIGKILL, it shuts down. */

import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { PROGRAM_ENVIRONMENT } from './cluster.ts';
import {
  EmbeddedPostgresError,
  diskFull,
  notWritable,
  reasonLine,
  saysDiskFull,
} from './errors.ts';
import type { Launch } from './run-as.ts';

/** Starts the server, waits for its end, and asks it to shut down (SIGINT: fast) once standard input closes. */
const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
(while read -r _ <&3; do :; done; kill -INT "$server" 2>/dev/null) &
guard=$!
exec 3<&-
wait "$server"
status=$?
kill "$guard" 2>/dev/null
exit "$status"
`;

const READY = 'database system is ready to accept connections';
const START_TIMEOUT_MS = 60_000;
/** How long a shutdown may take before the processes are ended the hard way. */
const STOP_TIMEOUT_MS = 20_000;
/** Output kept to explain a failure. */
const KEPT_CHARACTERS = 8000;

/** A running server. */
export interface ServerProcess {
  /** Shuts the server down; resolves when it has ended. Can be called again. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/** Starts the server and waits until it accepts connections. @throws EmbeddedPostgresError PORT_TAKEN, DISK_FULL, NOT_WRITABLE, START_FAILED */
export async function startServer(options: {
  readonly postgres: string;
  readonly cluster: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly launch: Launch;
  readonly onLog: (line: string) => void;
}): Promise<ServerProcess> {
  const { postgres, cluster, port, launch } = options;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...options.settings,
  };
  const [command = 'sh', ...args] = [
    ...launch.prefix,
    'sh',
    '-c',
    GUARD,
    'postgres-guard',
    postgres,
    '-D',
    cluster,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const child = spawn(command, args, {
    ...launch.user,
    cwd: '/',
    env: PROGRAM_ENVIRONMENT,
    // A group of its own: Ctrl-C in the terminal is for us, and we close the database last.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  // A broken pipe only says that the server has ended, which `ended` says as well.
  child.stdin.on('error', () => undefined);
  const server = { ended, stop: () => stopServer(child, ended) };
  try {
    await waitUntilReady(child, { ended, port, cluster, onLog: options.onLog });
  } catch (error) {
    await server.stop();
    throw error;
  }
  letGo(child);
  return server;
}

async function waitUntilReady(
  child: ChildProcess,
  options: {
    readonly ended: Promise<void>;
    readonly port: number;
    readonly cluster: string;
    readonly onLog: (line: string) => void;
  },
): Promise<void> {
  let output = '';
  const ready = new Promise<'ready'>((resolve) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT_CHARACTERS);
      for (const line of text.split('\n')) if (line !== '') options.onLog(line);
      if (output.includes(READY)) resolve('ready');
    });
  });
  const timeout = new AbortController();
  const outcome = await Promise.race([
    ready,
    options.ended.then(() => 'ended' as const),
    delay(START_TIMEOUT_MS, 'late' as const, { signal: timeout.signal }),
  ]);
  // The wait is over either way; what the cancelled timer rejects with has no listener but the race.
  timeout.abort();
  if (outcome === 'ready') return;
  throw explain(output, options);
}

function explain(
  output: string,
  { port, cluster }: { readonly port: number; readonly cluster: string },
): EmbeddedPostgresError {
  if (saysDiskFull(output)) return diskFull(cluster);
  if (output.includes('Address already in use')) return portTaken(port);
  if (/could not (?:open|create|write)[^\n]*Permission denied/.test(output)) {
    return notWritable(cluster);
  }
  return new EmbeddedPostgresError(
    'START_FAILED',
    `The database server on '${cluster}' did not start: ${reasonLine(output)}`,
  );
}

/** Somebody else listens on the port. */
export function portTaken(port: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'PORT_TAKEN',
    `Port ${port} on 127.0.0.1 is taken by another program; stop that one, or choose another port for the database.`,
  );
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.ref();
  child.stdin?.end();
  const late = new AbortController();
  const outcome = await Promise.race([
    ended.then(() => 'ended'),
    delay(STOP_TIMEOUT_MS, 'late', { signal: late.signal }),
  ]);
  late.abort();
  if (outcome === 'ended') return;
  // Sessions that do not react to a fast shutdown: end the whole group; the cluster recovers at its next start.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGQUIT');
  await ended;
}

/** A server alone must not keep our process from ending; the guard stops it then. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
