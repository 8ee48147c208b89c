/** @file The board that all workers of a catalog share. */

import type { Catalog, ClaimState, ShardName } from '@colloid/catalog';

import type { ShardBoard, ShardedStage } from './shard-board.ts';

/** How often a worker says that it is still at a shard; the catalog gives one up after 20 seconds. */
const RENEW_EVERY_MS = 4000;

/** A shard at hand. */
export interface HeldClaim extends Disposable {
  readonly shard: ShardName;
}

/** Renews a claim until disposed; `onLost` hears once that another worker has it, or that nobody needs it any more. */
export function holdClaim(options: {
  readonly catalog: Catalog;
  readonly workerId: string;
  readonly shard: ShardName;
  readonly onLost?: () => void;
}): HeldClaim {
  const { catalog, workerId, shard, onLost } = options;
  const renew = async (): Promise<void> => {
    // A database that is away for a moment is asked again; away for longer, the claim lapses as it should.
    const state: ClaimState = await catalog.shards
      .renewClaim({ ...shard, workerId })
      .catch(() => 'HELD' as const);
    if (state === 'HELD') return;
    clearInterval(timer);
    onLost?.();
  };
  const timer = setInterval(() => void renew(), RENEW_EVERY_MS);
  return { shard, [Symbol.dispose]: () => clearInterval(timer) };
}

/** The shards of one run, for the worker that has it. */
export function catalogShardBoard(options: {
  readonly catalog: Catalog;
  readonly runId: string;
  readonly workerId: string;
}): ShardBoard {
  const { catalog, runId, workerId } = options;
  let held: HeldClaim | null = null;
  const letGo = (): void => {
    held?.[Symbol.dispose]();
    held = null;
  };
  const name = (stage: ShardedStage, ordinal: number): ShardName => ({ runId, stage, ordinal });
  return {
    open: (stage, ordinals) => catalog.shards.openShards({ runId, stage, ordinals }),
    claim: async (stage) => {
      const shard = await catalog.shards.claimShard({ workerId, runId, stage });
      if (shard === null) return null;
      // Should another worker take it for dead meanwhile, both compute the same.
      held = holdClaim({ catalog, workerId, shard });
      return shard.ordinal;
    },
    finish: async (stage, ordinal) => {
      letGo();
      await catalog.shards.finishShard(name(stage, ordinal));
    },
    release: async (stage, ordinal) => {
      letGo();
      await catalog.shards.releaseShard({ ...name(stage, ordinal), workerId });
    },
    read: (stage) => catalog.shards.readOpen({ runId, stage }),
  };
}
