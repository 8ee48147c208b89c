/**
 * @file The one way in which services change anything: a transaction that ends with the events that tell of it, with what people are
 * told, and with what goes to webhooks.
 *
 * A chain's head is locked while an event is added, as the last thing its transaction does. So the changes of one team commit one
 * after the other from there on, those of different teams never wait for each other, and nobody who holds a head waits for
 * another lock: heads are the last in the order of locks everywhere (run, team, dataset, release,
 * budgets, chain).
 */

import type { Actor } from '../actor.ts';
import type { Db } from '../context.ts';
import { Prisma, type PrismaClient } from '../generated/client.ts';
import type { AuditAction } from './actions.ts';
import { tell } from '../notices/tell.ts';
import { hashEvent, INSTALLATION_CHAIN, toPlainJson, type UnsealedEvent } from './event-hash.ts';

/** Something that has been changed. */
export interface Change {
  /** Whose log it belongs in; null: the installation's. */
  readonly teamId: string | null;
  readonly action: AuditAction;
  readonly entity: {
    /** Name of the kind of thing, such as 'Dataset'. */
    readonly type: string;
    readonly id: string;
    /** What a person calls it. */
    readonly label: string;
    /** The dataset it is part of, so that a private one's changes are told to those only who may see it. */
    readonly datasetId?: string | undefined;
  };
  /** The fields that matter, before; left out for something new. Never a secret. */
  readonly before?: unknown;
  /** The same after; left out for something that is gone. */
  readonly after?: unknown;
}

/** Who tells of changes that no person asked for. */
const NOBODY = 'Colloid';

const pending = new WeakMap<Db, Change[]>();

/**
 * Runs `body` in a transaction; what it records with {@link recordChange} is written with it, or nothing is.
 *
 * @param actor null for Colloid's own processes.
 */
export function change<T>(
  prisma: PrismaClient,
  actor: Actor | null,
  body: (tx: Db) => Promise<T>,
  options: { readonly timeout?: number } = {},
): Promise<T> {
  return prisma.$transaction(async (tx) => {
    const changes: Change[] = [];
    pending.set(tx, changes);
    const result = await body(tx);
    if (changes.length > 0) await append(tx, actor, changes);
    return result;
  }, options);
}

/** Says what has been changed in the transaction of {@link change}. */
export function recordChange(tx: Db, event: Change): void {
  const changes = pending.get(tx);
  if (changes === undefined) {
    throw new Error(`'${event.action}' was recorded outside of a change(): nobody would write it.`);
  }
  changes.push(event);
}

async function append(tx: Db, actor: Actor | null, changes: readonly Change[]): Promise<void> {
  const actorName = actor === null ? NOBODY : await nameOf(tx, actor);
  // Before the heads, since whoever holds one waits for nothing else.
  await tell(tx, { actor, actorName, changes });
  const chains = Map.groupBy(changes, ({ teamId }) => teamId ?? INSTALLATION_CHAIN);
  // In the order of their ids, so that two changes of two chains never wait for each other in a ring.
  const inOrder = [...chains].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [chain, ofChain] of inOrder) {
    const head = await lockHead(tx, chain);
    let { sequence, hash } = head;
    const events = ofChain.map(({ action, entity, before, after }) => {
      sequence += 1;
      const event: UnsealedEvent = {
        chain,
        sequence,
        at: head.at,
        actorId: actor?.userId ?? null,
        actorName,
        keyId: actor?.key?.id ?? null,
        address: actor?.address ?? null,
        action,
        entityType: entity.type,
        entityId: entity.id,
        entityLabel: entity.label,
        datasetId: entity.datasetId ?? null,
        before: toPlainJson(before) as Prisma.JsonValue,
        after: toPlainJson(after) as Prisma.JsonValue,
        previousHash: hash,
      };
      hash = hashEvent(event);
      return Object.assign(event, { hash });
    });
    await tx.auditEvent.createMany({ data: events.map(toRow) });
    for (const event of events) {
      const { sequence: next, hash: sealed } = event;
      await tx.auditChain.update({ where: { chain }, data: { sequence: next, hash: sealed } });
    }
  }
}

async function nameOf(tx: Db, actor: Actor): Promise<string> {
  const where = { id: actor.userId };
  return (await tx.user.findUnique({ where, select: { name: true } }))?.name ?? actor.userId;
}

interface Head {
  readonly sequence: number;
  readonly hash: string;
  /** The database's clock under the lock, so that times follow the sequence whatever process writes. */
  readonly at: Date;
}

async function lockHead(tx: Db, chain: string): Promise<Head> {
  const lock = () => tx.$queryRaw<Head[]>`
    SELECT "sequence", "hash", date_trunc('milliseconds', clock_timestamp()) AS "at"
    FROM "audit_chain" WHERE "chain" = ${chain}::uuid FOR UPDATE`;
  const [head] = await lock();
  if (head !== undefined) return head;
  await tx.$executeRaw`
    INSERT INTO "audit_chain" ("chain") VALUES (${chain}::uuid) ON CONFLICT DO NOTHING`;
  const [first] = await lock();
  if (first === undefined) throw new Error(`The audit chain ${chain} could not be begun.`);
  return first;
}

function toRow(event: UnsealedEvent & { readonly hash: string }): Prisma.AuditEventCreateManyInput {
  return { ...event, before: toColumn(event.before), after: toColumn(event.after) };
}

function toColumn(value: Prisma.JsonValue): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value ?? Prisma.DbNull;
}
