/** @file Writes what people and webhooks are told of changes, in the transaction of the changes. */

import type { Actor } from '../actor.ts';
import type { Change } from '../audit/change.ts';
import type { Db } from '../context.ts';
import { notifyRun } from '../events/run-event.ts';
import { rolesFor } from '../permissions.ts';
import { writeDeliveries } from './deliveries.ts';
import type { NoticeContext } from './notice.ts';
import { NOTICES } from './notices.ts';
import { topicOf } from './topics.ts';

/** Changes that were recorded together, and who made them. */
export interface Telling {
  readonly actor: Actor | null;
  readonly actorName: string;
  readonly changes: readonly Change[];
}

/** Writes notifications and deliveries; nobody hears of them before the transaction commits. */
export async function tell(tx: Db, telling: Telling): Promise<void> {
  const told = new Set<string>();
  for (const change of telling.changes) {
    for (const userId of await notify({ ...telling, tx, change })) told.add(userId);
  }
  for (const userId of told) await notifyRun(tx, { kind: 'NOTICE', userId });
  await writeDeliveries(tx, telling);
}

/** Writes one notification per person, and returns who they are. */
async function notify(context: NoticeContext): Promise<readonly string[]> {
  const { tx, change, actor } = context;
  const notice = NOTICES[change.action];
  if (notice === undefined) return [];
  const inTeam = [...new Set(await notice.to?.(context))];
  const named = new Set(await notice.alsoOutside?.(context));
  if (inTeam.length > 0) {
    for (const userId of await thoseWhoMaySee(tx, change, inTeam)) named.add(userId);
  }
  if (actor !== null) named.delete(actor.userId);
  if (named.size === 0) return [];
  const people = await tx.user.findMany({
    where: { id: { in: [...named] } },
    select: { id: true, notificationSettings: { select: { mutedTopics: true } } },
  });
  const topic = topicOf(change.action);
  const told = people
    .filter(({ notificationSettings: settings }) => settings?.mutedTopics.includes(topic) !== true)
    .map(({ id }) => id);
  const sentence = notice.say(context);
  const { teamId, action, entity } = change;
  await tx.notification.createMany({
    data: told.map((userId) => ({
      userId,
      teamId,
      action,
      sentence,
      entityType: entity.type,
      entityId: entity.id,
    })),
  });
  return told;
}

/** Of those people, the members of the team; where a private dataset is concerned, its creator and those who answer for the team. */
async function thoseWhoMaySee(
  tx: Db,
  { teamId, entity }: Change,
  userIds: readonly string[],
): Promise<string[]> {
  if (teamId === null) return [];
  const dataset =
    entity.datasetId === undefined
      ? null
      : await tx.dataset.findUnique({ where: { id: entity.datasetId } });
  const memberships = await tx.membership.findMany({
    where: { teamId, userId: { in: [...userIds] } },
    select: { userId: true, role: true },
  });
  const sees = rolesFor('dataset.readPrivate');
  return memberships
    .filter(
      ({ userId, role }) =>
        dataset?.visibility !== 'PRIVATE' || dataset.createdById === userId || sees.includes(role),
    )
    .map(({ userId }) => userId);
}
