/** @file Shards of running runs that nobody has computed yet, and who is at them. Trusted: no actor. */

import type { ServiceContext } from '../context.ts';
import type { RunStage } from '../generated/client.ts';

/** A claim that was not renewed for this long is anybody's: its worker is taken for dead. */
const SILENT_SECONDS = 20;

/** One shard of one stage of a run. */
export interface ShardName {
  readonly runId: string;
  readonly stage: RunStage;
  readonly ordinal: number;
}

/** What to do with a shard at hand. */
export type ClaimState =
  /** It is still this worker's, and the run goes on. */
  | 'HELD'
  /** Another worker has it, it is done, or the run is over or about to be: what is being computed is of no use. */
  | 'LOST';

/** How a stage stands. */
export interface OpenShards {
  /** Shards that are not done. */
  readonly open: number;
  /** The sentence of one that cannot be done, or null. */
  readonly failure: string | null;
}

/** Shards that any worker may take. All calls can be repeated. */
export interface RunShardService {
  /** Lists shards as not done and forgets failures of earlier attempts. */
  openShards(input: {
    readonly runId: string;
    readonly stage: RunStage;
    readonly ordinals: readonly number[];
  }): Promise<void>;
  /**
   * Takes the first shard that nobody is at: of this stage of this run, or of any run that is computed on `provider` and has at most
   * `weightMemoryMb`. Null where there is none.
   */
  claimShard(
    input: { readonly workerId: string } & (
      | { readonly runId: string; readonly stage: RunStage }
      | {
          readonly provider: string;
          /** Most that this worker gives to faster forms of convolutions. @default any */
          readonly weightMemoryMb?: number | null;
        }
    ),
  ): Promise<ShardName | null>;
  /** Says that the worker is still at it; call it every few seconds. */
  renewClaim(input: ShardName & { readonly workerId: string }): Promise<ClaimState>;
  /** Takes a shard off the list, once its output is on record. */
  finishShard(shard: ShardName): Promise<void>;
  /** Gives a shard back that was not finished. */
  releaseShard(input: ShardName & { readonly workerId: string }): Promise<void>;
  /** Says why a shard cannot be computed by anybody; whoever has the run then ends it with that sentence. */
  failShard(input: ShardName & { readonly failure: string }): Promise<void>;
  readOpen(input: { readonly runId: string; readonly stage: RunStage }): Promise<OpenShards>;
}

/** Makes the service of shards. */
export function createRunShardService({ prisma }: ServiceContext): RunShardService {
  return {
    async openShards({ runId, stage, ordinals }) {
      await prisma.$transaction([
        prisma.runShard.createMany({
          data: ordinals.map((ordinal) => ({ runId, stage, ordinal })),
          skipDuplicates: true,
        }),
        prisma.runShard.updateMany({
          where: { runId, stage, failure: { not: null } },
          data: { failure: null, workerId: null, heartbeatAt: null },
        }),
      ]);
    },

    async claimShard(input) {
      const { workerId } = input;
      const runId = 'runId' in input ? input.runId : null;
      const stage = 'runId' in input ? input.stage : null;
      const provider = 'provider' in input ? input.provider : null;
      const weightMemoryMb = ('provider' in input ? input.weightMemoryMb : null) ?? null;
      // SKIP LOCKED: workers that ask at the same moment get different shards and none waits.
      const [claimed] = await prisma.$queryRaw<ShardName[]>`
        UPDATE "run_shard" s SET "workerId" = ${workerId}::uuid, "heartbeatAt" = now()
        FROM (
          SELECT c."runId", c."stage", c."ordinal"
          FROM "run_shard" c JOIN "run" r ON r."id" = c."runId"
          WHERE r."state" = 'RUNNING' AND r."cancelRequestedAt" IS NULL AND r."pauseRequestedAt" IS NULL
            AND c."failure" IS NULL
            AND (c."heartbeatAt" IS NULL OR c."heartbeatAt" < now() - ${SILENT_SECONDS} * interval '1 second')
            AND (${runId}::uuid IS NULL OR (c."runId" = ${runId}::uuid AND c."stage" = ${stage}::"RunStage"))
            AND (${provider}::text IS NULL OR r."provider" = ${provider}::text)
            AND (${weightMemoryMb}::int IS NULL OR coalesce(r."weightMemoryMb", 0) <= ${weightMemoryMb}::int)
          ORDER BY c."runId", c."stage", c."ordinal"
          LIMIT 1
          FOR UPDATE OF c SKIP LOCKED
        ) free
        WHERE s."runId" = free."runId" AND s."stage" = free."stage" AND s."ordinal" = free."ordinal"
        RETURNING s."runId", s."stage"::text AS "stage", s."ordinal"`;
      return claimed ?? null;
    },

    async renewClaim({ runId, stage, ordinal, workerId }) {
      // The database's clock, as in claimShard: those of two workers may differ by more than a heartbeat. A paused run
      // keeps what was begun, so the shard at hand is finished.
      const count = await prisma.$executeRaw`
        UPDATE "run_shard" s SET "heartbeatAt" = now()
        FROM "run" r
        WHERE s."runId" = ${runId}::uuid AND s."stage" = ${stage}::"RunStage" AND s."ordinal" = ${ordinal}
          AND s."workerId" = ${workerId}::uuid
          AND r."id" = s."runId" AND r."state" IN ('RUNNING', 'PAUSED') AND r."cancelRequestedAt" IS NULL`;
      return count === 1 ? 'HELD' : 'LOST';
    },

    async finishShard({ runId, stage, ordinal }) {
      await prisma.runShard.deleteMany({ where: { runId, stage, ordinal } });
    },

    async releaseShard({ runId, stage, ordinal, workerId }) {
      await prisma.runShard.updateMany({
        where: { runId, stage, ordinal, workerId },
        data: { workerId: null, heartbeatAt: null },
      });
    },

    async failShard({ runId, stage, ordinal, failure }) {
      await prisma.runShard.updateMany({ where: { runId, stage, ordinal }, data: { failure } });
    },

    async readOpen({ runId, stage }) {
      const open = await prisma.runShard.count({ where: { runId, stage } });
      const failed = await prisma.runShard.findFirst({
        where: { runId, stage, failure: { not: null } },
        orderBy: { ordinal: 'asc' },
        select: { failure: true },
      });
      return { open, failure: failed?.failure ?? null };
    },
  };
}
