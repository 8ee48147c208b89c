/** @file Addresses that are told what happens in a team, and what was delivered to them. */

import { randomBytes } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { change, recordChange, type Change } from '../audit/change.ts';
import { requireRole } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { Prisma, WebhookAttempt, WebhookDelivery } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { groupInOrder } from '../in-order.ts';
import { isTopic, type Topic } from '../notices/topics.ts';
import type { Action } from '../permissions.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';
import { lockTeamFor } from './write-role.ts';

/** A webhook without its secret. */
export interface ListedWebhook {
  readonly id: string;
  readonly teamId: string;
  readonly url: string;
  /** None: all of them. */
  readonly topics: readonly Topic[];
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** Why Colloid disabled it; null where a person did. */
  readonly disabledReason: string | null;
}

/** Webhooks. Everything throws CatalogError NOT_FOUND or FORBIDDEN where the actor is no maintainer of the team. */
export interface WebhookService {
  /** Newest first. */
  listWebhooks(input: { readonly actor: Actor; readonly teamId: string }): Promise<ListedWebhook[]>;
  /**
   * Makes one, and sends it a first event, `ping`. The secret is told this once.
   *
   * @throws CatalogError INVALID (address, topics), CONFLICT (as many as a team may have)
   */
  createWebhook(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly url: string;
    readonly topics?: readonly string[] | null | undefined;
  }): Promise<{ readonly webhook: ListedWebhook; readonly secret: string }>;
  /** Changes what is given. Enabling forgets earlier failures. @throws CatalogError INVALID */
  changeWebhook(input: {
    readonly actor: Actor;
    readonly webhookId: string;
    readonly url?: string | null | undefined;
    readonly topics?: readonly string[] | null | undefined;
    readonly isEnabled?: boolean | null | undefined;
  }): Promise<ListedWebhook>;
  /** Its log goes with it. */
  deleteWebhook(input: { readonly actor: Actor; readonly webhookId: string }): Promise<void>;
  /** What was sent, newest first. */
  listDeliveries(input: {
    readonly actor: Actor;
    readonly webhookId: string;
    readonly page?: PageRequest;
  }): Promise<Page<WebhookDelivery>>;
  countDeliveries(input: { readonly actor: Actor; readonly webhookId: string }): Promise<number>;
  /** Tries at each delivery, oldest first. */
  attemptsOf(input: {
    readonly actor: Actor;
    readonly deliveryIds: readonly string[];
  }): Promise<WebhookAttempt[][]>;
  /** Sends the same payload again. @throws CatalogError CONFLICT (disabled, or not yet given up) */
  redeliver(input: {
    readonly actor: Actor;
    readonly deliveryId: string;
  }): Promise<WebhookDelivery>;
}

const MOST_WEBHOOKS = 20;
const LONGEST_URL = 2000;
const SECRET_MARK = 'whsec_';

/** Makes the service of webhooks. */
export function createWebhookService({ prisma }: ServiceContext): WebhookService {
  /** @param what to call it where the actor may not know of it: the same whether it is there or not */
  const require = async (
    db: Db,
    {
      actor,
      webhookId,
      action,
      what = 'webhook',
    }: {
      readonly actor: Actor;
      readonly webhookId: string;
      readonly action: Action;
      readonly what?: string;
    },
  ) => {
    const found = isUuid(webhookId)
      ? await db.webhook.findUnique({ where: { id: webhookId } })
      : null;
    if (found === null) throw notFound(what);
    await requireRole(db, { actor, teamId: found.teamId, action, what });
    return found;
  };

  /** As `require`, and holds the row: of two changes at once the second finds what the first has left. */
  const hold = async (tx: Db, { what = 'webhook', ...options }: Parameters<typeof require>[1]) => {
    const { id } = await require(tx, { what, ...options });
    await tx.$queryRaw`SELECT 1 FROM "webhook" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
    const held = await tx.webhook.findUnique({ where: { id } });
    if (held === null) throw notFound(what);
    return held;
  };

  return {
    async listWebhooks({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'webhook.read' });
      const rows = await prisma.webhook.findMany({ where: { teamId }, orderBy: { id: 'desc' } });
      return rows.map(toListed);
    },

    createWebhook: ({ actor, teamId, ...input }) =>
      change(prisma, actor, async (tx) => {
        await lockTeamFor(tx, { actor, teamId, action: 'webhook.manage' });
        const url = checkUrl(input.url);
        const topics = checkTopics(input.topics ?? []);
        if ((await tx.webhook.count({ where: { teamId } })) >= MOST_WEBHOOKS) {
          throw new CatalogError(
            'CONFLICT',
            `The team has ${MOST_WEBHOOKS} webhooks, which is the most; delete one that you do not need.`,
          );
        }
        const secret = `${SECRET_MARK}${randomBytes(32).toString('base64url')}`;
        const row = await tx.webhook.create({
          data: { teamId, url, secret, topics, createdById: actor.userId },
          include: { team: { select: { slug: true, name: true } } },
        });
        const payload: Prisma.InputJsonObject = {
          id: crypto.randomUUID(),
          action: 'ping',
          at: new Date().toISOString(),
          sentence: 'This webhook was made in Colloid, and here is its first event',
          team: row.team,
        };
        await tx.webhookDelivery.create({ data: { webhookId: row.id, action: 'ping', payload } });
        const entity = entityOf(row);
        recordChange(tx, { teamId, action: 'webhook.create', entity, after: { topics } });
        return { webhook: toListed(row), secret };
      }),

    changeWebhook: ({ actor, webhookId, url, topics, isEnabled }) =>
      change(prisma, actor, async (tx) => {
        const before = await hold(tx, { actor, webhookId, action: 'webhook.manage' });
        const enabled = { disabledAt: null, disabledReason: null, failuresInRow: 0 };
        const disabled = { disabledAt: before.disabledAt ?? new Date() };
        const after = await tx.webhook.update({
          where: { id: webhookId },
          data: {
            ...(isGiven(url) ? { url: checkUrl(url) } : {}),
            ...(isGiven(topics) ? { topics: checkTopics(topics) } : {}),
            ...(isEnabled === true ? enabled : isEnabled === false ? disabled : {}),
          },
        });
        recordChange(tx, {
          teamId: before.teamId,
          action: 'webhook.change',
          entity: entityOf(after),
          before: factsOf(before),
          after: factsOf(after),
        });
        return toListed(after);
      }),

    deleteWebhook: ({ actor, webhookId }) =>
      change(prisma, actor, async (tx) => {
        const before = await hold(tx, { actor, webhookId, action: 'webhook.manage' });
        await tx.webhook.delete({ where: { id: webhookId } });
        recordChange(tx, {
          teamId: before.teamId,
          action: 'webhook.delete',
          entity: entityOf(before),
          before: factsOf(before),
        });
      }),

    async listDeliveries({ actor, webhookId, page = {} }) {
      await require(prisma, { actor, webhookId, action: 'webhook.read' });
      return readDescending(page, {
        keyOf: (row: WebhookDelivery) => row.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.webhookDelivery.findMany({
            where: { webhookId, id: key },
            orderBy: { id: order },
            take,
          }),
      });
    },

    async countDeliveries({ actor, webhookId }) {
      await require(prisma, { actor, webhookId, action: 'webhook.read' });
      return prisma.webhookDelivery.count({ where: { webhookId } });
    },

    async attemptsOf({ actor, deliveryIds }) {
      const rows = await prisma.webhookAttempt.findMany({
        where: {
          deliveryId: { in: deliveryIds.filter(isUuid) },
          delivery: { webhook: { team: { memberships: { some: { userId: actor.userId } } } } },
        },
        orderBy: { number: 'asc' },
      });
      return groupInOrder(deliveryIds, rows, (row) => row.deliveryId);
    },

    redeliver: ({ actor, deliveryId }) =>
      prisma.$transaction(async (tx) => {
        const found = isUuid(deliveryId)
          ? await tx.webhookDelivery.findUnique({ where: { id: deliveryId } })
          : null;
        const what = 'delivery';
        if (found === null) throw notFound(what);
        const { webhookId, action, payload, state } = found;
        const webhook = await hold(tx, { actor, webhookId, action: 'webhook.manage', what });
        if (webhook.disabledAt !== null) {
          throw new CatalogError('CONFLICT', 'The webhook is disabled; enable it first.');
        }
        if (state === 'PENDING') {
          throw new CatalogError(
            'CONFLICT',
            'This delivery is still being tried; wait for its end.',
          );
        }
        return tx.webhookDelivery.create({
          data: {
            webhookId,
            action,
            payload: payload as Prisma.InputJsonObject,
            redeliveryOf: found.redeliveryOf ?? found.id,
          },
        });
      }),
  };
}

type Row = Prisma.WebhookGetPayload<object>;

/** Its address may hold a key of the receiver's, so the log has the host alone. */
export function entityOf({ id, url }: Pick<Row, 'id' | 'url'>): Change['entity'] {
  return { type: 'Webhook', id, label: new URL(url).host };
}

function factsOf({ topics, disabledAt }: Row) {
  return { topics, isEnabled: disabledAt === null };
}

function toListed(row: Row): ListedWebhook {
  const { id, teamId, url, topics, createdAt, disabledAt, disabledReason } = row;
  const known = topics.filter(isTopic);
  return { id, teamId, url, topics: known, createdAt, disabledAt, disabledReason };
}

function checkUrl(text: string): string {
  const refuse = (why: string) => new CatalogError('INVALID', why, { path: ['url'] });
  if (text.length > LONGEST_URL || !URL.canParse(text)) {
    throw refuse(`This is no address; give one of at most ${LONGEST_URL} characters, with https.`);
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse('A webhook is reached by https or http; give such an address.');
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse('The address holds a name or a password; leave them out, deliveries are signed.');
  }
  return url.href;
}

function checkTopics(topics: readonly string[]): Topic[] {
  return [...new Set(topics)].map((topic) => {
    if (isTopic(topic)) return topic;
    throw new CatalogError('INVALID', `There is no topic '${topic}'.`, { path: ['topics'] });
  });
}
