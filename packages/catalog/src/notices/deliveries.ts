/** @file What goes to the webhooks of a team: written with the change, so that nothing is sent that did not happen, and nothing lost. */

import { ACTIVITY_ACTIONS } from '../audit/actions.ts';
import type { Change } from '../audit/change.ts';
import { auditSentence } from '../audit/sentence.ts';
import type { Db } from '../context.ts';
import type { Prisma } from '../generated/client.ts';
import type { Telling } from './tell.ts';
import { topicOf } from './topics.ts';

/** The body of a delivery. It carries names and ids, never a field of `before` and `after` but a state: no secret and no address. */
export interface WebhookPayload {
  /** Of the event: a delivery that is repeated has the same. */
  readonly id: string;
  /** Kind of change, such as `run.end`. */
  readonly action: string;
  readonly topic: string;
  readonly at: string;
  readonly sentence: string;
  readonly team: { readonly slug: string; readonly name: string };
  readonly actor: string;
  readonly subject: {
    readonly type: string;
    readonly id: string;
    readonly label: string;
    readonly state?: string;
  };
  readonly dataset: { readonly slug: string; readonly title: string } | null;
}

/** Writes a delivery for each webhook that wants one. Events of private datasets go nowhere. */
export async function writeDeliveries(
  tx: Db,
  { changes, actorName }: Pick<Telling, 'changes' | 'actorName'>,
): Promise<void> {
  for (const change of changes) {
    const { teamId, action, entity } = change;
    if (teamId === null || !ACTIVITY_ACTIONS.includes(action)) continue;
    const topic = topicOf(action);
    // Held until the commit: one that is being deleted is waited for and passed over, since a delivery to it would undo the change.
    const webhooks = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "webhook"
      WHERE "teamId" = ${teamId}::uuid AND "disabledAt" IS NULL
        AND (cardinality("topics") = 0 OR ${topic} = ANY("topics"))
      ORDER BY "id" FOR KEY SHARE`;
    if (webhooks.length === 0) continue;
    const team = await tx.team.findUniqueOrThrow({
      where: { id: teamId },
      select: { slug: true, name: true },
    });
    const dataset =
      entity.datasetId === undefined
        ? null
        : await tx.dataset.findUnique({ where: { id: entity.datasetId } });
    if (dataset?.visibility === 'PRIVATE') continue;
    const payload: WebhookPayload = {
      id: crypto.randomUUID(),
      action,
      topic,
      at: new Date().toISOString(),
      sentence: auditSentence({
        actorName,
        action,
        entityLabel: entity.label,
        after: change.after,
      }),
      team,
      actor: actorName,
      subject: { type: entity.type, id: entity.id, label: entity.label, ...stateOf(change) },
      dataset: dataset === null ? null : { slug: dataset.slug, title: dataset.title },
    };
    await tx.webhookDelivery.createMany({
      data: webhooks.map(({ id: webhookId }) => ({
        webhookId,
        action,
        payload: payload as unknown as Prisma.InputJsonObject,
      })),
    });
  }
}

function stateOf({ after }: Change): { readonly state?: string } {
  const { state } = Object(after) as { readonly state?: unknown };
  return typeof state === 'string' ? { state } : {};
}
