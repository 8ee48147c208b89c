/** @file What a gateway needs to know to start; made from the environment by env.ts, or by hand in a test or the CLI. */
import type { ObjectStoreConfig } from '@colloid/storage';

/** Who may make an account by themselves: only the first person of an installation, or anyone. */
export type SignUpPolicy = 'first-user' | 'open';

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Configuration of one gateway process. */
export interface GatewayConfig {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** TCP port; 0 lets the system choose one. */
  readonly port: number;
  /** PostgreSQL connection URL. */
  readonly databaseUrl: string;
  /** Most connections to PostgreSQL. @default 10 */
  readonly poolSize?: number;
  readonly store: ObjectStoreConfig;
  /** At least 32 characters; signs sessions and object URLs. Changing it signs everybody out. */
  readonly secret: string;
  /** Origin under which browsers see the gateway. @default the address listened on */
  readonly publicUrl?: string;
  /** Origin of the web application that answers every path the gateway does not know. */
  readonly webUrl?: string;
  /** Whether the schema can be asked for its own description. @default true */
  readonly introspection?: boolean;
  /** @default 'first-user' */
  readonly signUp?: SignUpPolicy;
  /** Reverse proxies in front whose X-Forwarded-For entries are believed. @default 0 */
  readonly trustedProxyHops?: number;
  /** Files of releases that are sent at once. @default 32 */
  readonly mostDownloads?: number;
  /** @default 'info' */
  readonly logLevel?: LogLevel;
}

/** Shortest secret accepted, in characters. */
export const MIN_SECRET_LENGTH = 32;
