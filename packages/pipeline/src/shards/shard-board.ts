/** @file Who computes which shard of a stage; the queue's workers share one board, a run without a database has its own. */

/** Stages that are cut into shards. */
export type ShardedStage = 'VARIATIONS' | 'RENDER';

/** How the shards of a stage stand. */
export interface BoardState {
  /** Shards that are not done, those at hand included. */
  readonly open: number;
  /** Why one of them cannot be computed, or null. */
  readonly failure: string | null;
}

/** Shards of one run. A shard that was claimed and not finished comes back when its worker dies. */
export interface ShardBoard {
  /** Lists shards as not done. */
  open(stage: ShardedStage, ordinals: readonly number[]): Promise<void>;
  /** Takes a shard that nobody is at; null where there is none. */
  claim(stage: ShardedStage): Promise<number | null>;
  /** Takes a shard off the board; its output is on record. */
  finish(stage: ShardedStage, ordinal: number): Promise<void>;
  /** Gives a shard back. */
  release(stage: ShardedStage, ordinal: number): Promise<void>;
  read(stage: ShardedStage): Promise<BoardState>;
}

/** A board of this process alone: shards come in their order. */
export function localShardBoard(): ShardBoard {
  const waiting = new Map<ShardedStage, number[]>();
  const of = (stage: ShardedStage): number[] => waiting.get(stage) ?? [];
  return {
    open: async (stage, ordinals) => {
      waiting.set(stage, [...ordinals]);
    },
    claim: async (stage) => of(stage).shift() ?? null,
    finish: async () => undefined,
    release: async (stage, ordinal) => {
      of(stage).unshift(ordinal);
    },
    read: async (stage) => ({ open: of(stage).length, failure: null }),
  };
}
