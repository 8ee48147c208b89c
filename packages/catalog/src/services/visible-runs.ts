/** @file Which runs' identities, samples and shards an actor may see. */

import type { Actor } from '../actor.ts';
import { visibleContents } from '../authorise.ts';
import type { PrismaClient } from '../generated/client.ts';
import { cleanIds } from '../in-order.ts';

/** Those of the runs whose contents the actor may see: their numbers in their datasets, by id. */
export type VisibleRuns = (
  actor: Actor,
  runIds: readonly string[],
) => Promise<ReadonlyMap<string, number>>;

/** A page asks for its images and its identities at once: what is asked while it is being answered has the same answer. */
export function createVisibleRuns(prisma: PrismaClient): VisibleRuns {
  const asked = new WeakMap<Actor, Map<string, ReturnType<VisibleRuns>>>();
  return (actor, runIds) => {
    const ids = cleanIds(runIds);
    const ofActor = asked.get(actor) ?? new Map<string, ReturnType<VisibleRuns>>();
    asked.set(actor, ofActor);
    const question = ids.toSorted().join(' ');
    const answer = ofActor.get(question) ?? read(prisma, actor, ids);
    ofActor.set(question, answer);
    // No longer than that: what somebody may see can change.
    const forget = (): boolean => ofActor.delete(question);
    answer.then(forget, forget);
    return answer;
  };
}

async function read(
  prisma: PrismaClient,
  actor: Actor,
  ids: readonly string[],
): ReturnType<VisibleRuns> {
  const where = { AND: [{ id: { in: [...ids] } }, visibleContents(actor)] };
  const rows = await prisma.run.findMany({ where, select: { id: true, number: true } });
  return new Map(rows.map(({ id, number }) => [id, number]));
}
