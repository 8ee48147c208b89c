/** @file Everything that `./colloid up` runs: database, gateway, workers and pages, started and stopped in order. */

import { join } from 'node:path';

import { migrate } from '@colloid/catalog';
import { startEmbeddedPostgres } from '@colloid/catalog/embedded';
import { objectStoreConfig } from '@colloid/pipeline';
import { openObjectStore, type ObjectStoreConfig } from '@colloid/storage';

import { claimDataFolder, type DataFolder, keptSecret, prepareDataFolder } from './data-folder.ts';
import type { CliEnvironment } from './environment.ts';
import { freePort, requirePort } from './process/ports.ts';
import { type Service, startService } from './process/service.ts';
import { inRepository } from './repository.ts';
import { noteRunning } from './running.ts';

export interface Services {
  /** Address people open, without a trailing slash. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly storeConfig: ObjectStoreConfig;
  readonly secret: string;
  /** Rejects when a service is given up after repeated failures. */
  readonly failed: Promise<never>;
  /** Ends everything this call started, in the reverse order. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Told what is being started. */
  readonly say: (line: string) => void;
}

/**
 * Starts everything on one data folder. On failure, what was started is stopped again.
 *
 * @throws {CliError} and the typed errors of database and storage, each a sentence with a remedy.
 */
export async function startServices(
  environment: CliEnvironment,
  { say }: StartOptions,
): Promise<Services> {
  const stack = new AsyncDisposableStack();
  try {
    await requirePort(environment.COLLOID_HOST, environment.COLLOID_PORT);
    const folder = await prepareDataFolder(environment.dataFolder);
    stack.defer(await claimDataFolder(folder.path));
    const secret = environment.COLLOID_SECRET ?? (await keptSecret(folder.path));

    const storeConfig = objectStoreConfig(environment);
    await probeStore(storeConfig);

    say(
      environment.DATABASE_URL === undefined
        ? 'Starting PostgreSQL…'
        : 'Using the PostgreSQL of DATABASE_URL…',
    );
    const databaseUrl = environment.DATABASE_URL ?? (await startDatabase(stack, folder));
    await migrate({ databaseUrl });

    say('Starting gateway, worker and pages…');
    const url = (environment.COLLOID_PUBLIC_URL ?? addressOf(environment)).replace(/\/$/, '');
    const services = await startApps({ environment, folder, databaseUrl, secret, url });
    for (const service of services) stack.defer(() => service.stop());
    stack.defer(await noteRunning(folder.path, { url, databaseUrl, secret }));

    const { promise: failed, reject } = Promise.withResolvers<never>();
    failed.catch(() => undefined);
    for (const service of services) service.failed.catch(reject);
    const running = stack.move();
    return {
      url,
      databaseUrl,
      storeConfig,
      secret,
      failed,
      stop: () => running.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function probeStore(config: ObjectStoreConfig): Promise<void> {
  const store = await openObjectStore(config);
  try {
    await store.probe();
  } finally {
    await store.close();
  }
}

async function startDatabase(stack: AsyncDisposableStack, folder: DataFolder): Promise<string> {
  const database = await startEmbeddedPostgres({ dataDir: folder.database });
  stack.defer(() => database.stop());
  return database.databaseUrl;
}

function addressOf({ COLLOID_HOST, COLLOID_PORT }: CliEnvironment): string {
  const host = COLLOID_HOST === '0.0.0.0' || COLLOID_HOST === '::' ? '127.0.0.1' : COLLOID_HOST;
  return `http://${host}:${COLLOID_PORT}`;
}

async function startApps(options: {
  readonly environment: CliEnvironment;
  readonly folder: DataFolder;
  readonly databaseUrl: string;
  readonly secret: string;
  readonly url: string;
}): Promise<readonly Service[]> {
  const { environment, folder, databaseUrl, secret, url } = options;
  const webPort = await freePort();
  const gatewayUrl = addressOf(environment);
  const shared = {
    DATABASE_URL: databaseUrl,
    COLLOID_DATA: folder.path,
    COLLOID_SECRET: secret,
    COLLOID_PUBLIC_URL: url,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  };
  const log = (name: string) => ({
    logFile: join(folder.logs, `${name}.log`),
    logLimits: {
      mostBytes: environment.COLLOID_LOG_MB * 1024 ** 2,
      keptFiles: environment.COLLOID_LOG_FILES,
    },
  });

  const web = startService({
    name: 'web server',
    script: [
      inRepository('node_modules/next/dist/bin/next'),
      'start',
      '-H',
      '127.0.0.1',
      '-p',
      String(webPort),
    ],
    workingFolder: inRepository('apps/web'),
    environment: { ...shared, COLLOID_GATEWAY_URL: gatewayUrl },
    ...log('web'),
    healthUrl: `http://127.0.0.1:${webPort}/sign-in`,
  });
  const gateway = startService({
    name: 'gateway',
    script: [inRepository('apps/gateway/src/main.ts')],
    workingFolder: inRepository('apps/gateway'),
    environment: {
      ...shared,
      COLLOID_HOST: environment.COLLOID_HOST,
      COLLOID_PORT: String(environment.COLLOID_PORT),
      WEB_URL: `http://127.0.0.1:${webPort}`,
    },
    ...log('gateway'),
    healthUrl: `${gatewayUrl}/healthz`,
  });
  const workers = Array.from({ length: environment.WORKERS }, (_, index) =>
    startService({
      name: `worker ${index + 1}`,
      script: [inRepository('apps/worker/src/main.ts')],
      workingFolder: inRepository('apps/worker'),
      environment: {
        ...shared,
        COLLOID_PROVIDER: environment.COLLOID_PROVIDER,
        COLLOID_MODEL_SECONDS: String(environment.COLLOID_MODEL_SECONDS),
        COLLOID_CLEAN_GRACE_DAYS: String(environment.COLLOID_CLEAN_GRACE_DAYS),
        COLLOID_BATCH_SECONDS: String(environment.COLLOID_BATCH_SECONDS),
        COLLOID_WEIGHT_MEMORY_MB: String(environment.COLLOID_WEIGHT_MEMORY_MB),
        COLLOID_RETENTION_DAYS: String(environment.COLLOID_RETENTION_DAYS),
        COLLOID_WEBHOOKS_PRIVATE: String(environment.COLLOID_WEBHOOKS_PRIVATE),
        ...(environment.COLLOID_RUN_MEMORY_MB === undefined
          ? {}
          : { COLLOID_RUN_MEMORY_MB: String(environment.COLLOID_RUN_MEMORY_MB) }),
        ...(environment.COLLOID_MODEL_MEMORY_MB === undefined
          ? {}
          : { COLLOID_MODEL_MEMORY_MB: String(environment.COLLOID_MODEL_MEMORY_MB) }),
        ...(environment.COLLOID_THREADS === undefined
          ? {}
          : { COLLOID_THREADS: String(environment.COLLOID_THREADS) }),
      },
      ...log(`worker-${index + 1}`),
    }),
  );

  const started = await Promise.allSettled([web, gateway, ...workers]);
  const services = started.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  const failure = started.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await Promise.all(services.map((service) => service.stop()));
    throw failure.reason;
  }
  return services;
}
