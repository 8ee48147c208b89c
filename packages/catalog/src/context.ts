/** @file What every service is made from. */

import type { Prisma, PrismaClient } from './generated/client.ts';

/** The client of an open catalog. */
export interface ServiceContext {
  readonly prisma: PrismaClient;
}

/** A client that reads or writes: the catalog's own, or that of a transaction. */
export type Db = Prisma.TransactionClient;

/** What `enqueue` callbacks get: SQL inside the catalog's transaction (pg-boss: the `db` option). */
export interface EnqueueTransaction {
  /** Runs one statement with `$1…` parameters in the transaction. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** Puts the job of a run into the queue, inside the transaction that makes the run. `definition` is that of its recipe, null for an import. */
export type Enqueue = (
  tx: EnqueueTransaction,
  runId: string,
  definition: Prisma.JsonValue | null,
) => Promise<void>;

/** Lends a Prisma transaction to a library that speaks SQL. */
export function lendTransaction(tx: Db): EnqueueTransaction {
  return {
    async executeSql(text, values = []) {
      const rows = await tx.$queryRawUnsafe(text, ...values);
      return { rows: Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [] };
    },
  };
}
