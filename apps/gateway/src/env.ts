/** @file The environment of the gateway process, parsed once at start; every problem is reported, not only the first. */
import { resolve } from 'node:path';

import { objectStoreConfig } from '@colloid/pipeline/client';
import { z } from 'zod';

import { MIN_SECRET_LENGTH } from './config.ts';
import type { GatewayConfig } from './config.ts';
import { GatewayError } from './errors.ts';
import { MOST_DOWNLOADS } from './releases/routes.ts';

const zFlag = z
  .enum(['true', 'false', '1', '0'], { error: "must be 'true' or 'false'" })
  .transform((text) => text === 'true' || text === '1');

const zOrigin = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((text) => new URL(text).origin);

/** What is described here and not in the CLI's schema goes into the table of docs/operations.md. */
export const ZGatewayEnvironment = z.object({
  COLLOID_HOST: z.string().default('127.0.0.1'),
  COLLOID_PORT: z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a whole number')
    .min(0, 'must be 0 to 65535')
    .max(65_535, 'must be 0 to 65535')
    .default(4080),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be a PostgreSQL address such as postgresql://user:password@host:5432/colloid',
  }),
  DATABASE_POOL_SIZE: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be 1 to 200')
    .max(200, 'must be 1 to 200')
    .default(10)
    .describe('Most connections of the gateway to PostgreSQL.'),
  COLLOID_DATA: z.string().optional(),
  S3_ENDPOINT: z.url({ error: 'must be an http or https address' }).optional(),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY: z.string().optional(),
  S3_SECRET_KEY: z.string().optional(),
  S3_REGION: z.string().optional(),
  COLLOID_SECRET: z
    .string({ error: 'is missing; make one with: openssl rand -base64 32' })
    .min(MIN_SECRET_LENGTH, `must have at least ${MIN_SECRET_LENGTH} characters`),
  COLLOID_PUBLIC_URL: zOrigin.optional(),
  WEB_URL: zOrigin
    .optional()
    .describe('Where the gateway finds the page server; ./colloid up and the compose file set it.'),
  COLLOID_INTROSPECTION: zFlag
    .default(true)
    .describe('Whether the GraphQL schema can be asked for its own description.'),
  COLLOID_SIGN_UP: z
    .enum(['first-user', 'open'], { error: "must be 'first-user' or 'open'" })
    .default('first-user')
    .describe('Who may make an account by themselves: the first person only, or anybody.'),
  COLLOID_TRUSTED_PROXY_HOPS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(0, 'must be 0 to 10')
    .max(10, 'must be 0 to 10')
    .default(0)
    .describe('Reverse proxies in front of the gateway whose X-Forwarded-For is believed.'),
  COLLOID_DOWNLOADS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(1, 'must be 1 to 10000')
    .max(10_000, 'must be 1 to 10000')
    .default(MOST_DOWNLOADS)
    .describe('Files of releases that a gateway sends at once; more are answered with 503.'),
  COLLOID_LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'must be one of silent, fatal, error, warn, info, debug, trace',
    })
    .default('info')
    .describe('Least severity of what the gateway writes to its log.'),
});

type Variables = z.infer<typeof ZGatewayEnvironment>;

/** Names of all variables that the gateway reads; `.env.example` lists the same ones. */
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(ZGatewayEnvironment.shape);

const S3_VARIABLES = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;

/**
 * Reads the configuration out of environment variables. An empty variable counts as absent.
 *
 * @throws GatewayError INVALID_CONFIG, whose message has one line per problem, each naming its variable.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): GatewayConfig {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = ZGatewayEnvironment.safeParse(present);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${String(issue.path[0])} ${describe(issue)}`);
  problems.push(...storeProblems(present));
  if (!parsed.success || problems.length > 0) {
    throw new GatewayError(
      'INVALID_CONFIG',
      `The gateway cannot start with this environment:\n${problems.map((line) => `  ${line}.`).join('\n')}`,
    );
  }
  return toConfig(parsed.data);
}

function describe(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
    ? 'is missing'
    : issue.message;
}

function storeProblems(present: Readonly<Record<string, string | undefined>>): string[] {
  if (present['S3_ENDPOINT'] === undefined) {
    return present['COLLOID_DATA'] === undefined
      ? ['COLLOID_DATA is missing: name the data folder, or set S3_ENDPOINT and its keys']
      : [];
  }
  return S3_VARIABLES.filter((name) => present[name] === undefined).map(
    (name) => `${name} is missing, and S3_ENDPOINT needs it`,
  );
}

function toConfig(env: Variables): GatewayConfig {
  return {
    host: env.COLLOID_HOST,
    port: env.COLLOID_PORT,
    databaseUrl: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    store: objectStoreConfig({ ...env, dataFolder: resolve(env.COLLOID_DATA ?? '.') }),
    secret: env.COLLOID_SECRET,
    ...(env.COLLOID_PUBLIC_URL === undefined ? {} : { publicUrl: env.COLLOID_PUBLIC_URL }),
    ...(env.WEB_URL === undefined ? {} : { webUrl: env.WEB_URL }),
    introspection: env.COLLOID_INTROSPECTION,
    signUp: env.COLLOID_SIGN_UP,
    trustedProxyHops: env.COLLOID_TRUSTED_PROXY_HOPS,
    mostDownloads: env.COLLOID_DOWNLOADS,
    logLevel: env.COLLOID_LOG_LEVEL,
  };
}
