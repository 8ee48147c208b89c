/** @file What a row of the table of notices says. */

import type { Actor } from '../actor.ts';
import type { Change } from '../audit/change.ts';
import type { Db } from '../context.ts';

/** What a row may look at. */
export interface NoticeContext {
  readonly tx: Db;
  readonly change: Change;
  readonly actor: Actor | null;
  /** Name of whoever did it, or 'Colloid'. */
  readonly actorName: string;
}

/** Ids of people; whoever did it, and who has muted the topic, is left out afterwards. */
type People = (context: NoticeContext) => Promise<readonly string[]> | readonly string[];

/** Who is told of a kind of change, and in what words. */
export interface Notice {
  /** Those of the team; who is no member, or may not see the dataset, is left out afterwards. */
  readonly to?: People;
  /** Those who are told wherever they are: it concerns themselves, or what they have downloaded. */
  readonly alsoOutside?: People;
  /** One sentence without a full stop. */
  readonly say: (context: NoticeContext) => string;
}
