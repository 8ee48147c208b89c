/**
 * @file Another e-mail address of one's own. Its person asks for it; an owner of all their teams, or whoever runs Colloid, makes an
 * address of the pages that confirms it and sends that to the new e-mail address, since Colloid sends no mail; opened there by the
 * person, it makes the change. So nobody takes an e-mail address that they cannot read.
 */
import { randomBytes, randomUUID } from 'node:crypto';

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { requireRole } from '../authorise.ts';
import { sha256 } from '../canonical-json.ts';
import type { Db, ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError, notFound } from '../errors.ts';
import { checkEmail } from '../names.ts';
import { lockPerson, type Profile } from './people.ts';
import { type MemberKey, requireMember, requireSayInAllTeams } from './require-member.ts';

/** Days after which what was asked for is forgotten. */
const ASKED_DAYS = 7;

/** Minutes an address that confirms can be used. */
export const EMAIL_CONFIRMATION_MINUTES = 24 * 60;

const MINUTE_MS = 60_000;

/** What confirms another e-mail address, once. */
export interface EmailConfirmation {
  readonly token: string;
  /** The new e-mail address: where it has to be sent. */
  readonly email: string;
  readonly expiresAt: Date;
}

/** Changes of e-mail addresses. */
export interface EmailChangeService {
  /** The address that the actor has asked for and not confirmed yet. */
  askedBy(input: { readonly actor: Actor }): Promise<string | null>;
  /** Asks for another address in place of any asked for before; for the present one, forgets what was asked. @throws CatalogError INVALID */
  askForEmail(input: { readonly actor: Actor; readonly email: string }): Promise<Profile>;
  /** For a member whose teams are all the actor's own. @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (nothing was asked for) */
  createConfirmation(input: MemberKey & { readonly actor: Actor }): Promise<EmailConfirmation>;
  /** Trusted, for whoever has the installation's own keys: for any account. @throws CatalogError NOT_FOUND, CONFLICT */
  createConfirmationAsOperator(input: { readonly email: string }): Promise<EmailConfirmation>;
  /**
   * Gives the actor the address that they asked for, and ends all their sessions but the one they are here by.
   *
   * @throws CatalogError NOT_FOUND where the token is not for them, was used, is too old or for an address asked for earlier; CONFLICT
   * where somebody has that address by now.
   */
  confirmEmail(input: { readonly actor: Actor; readonly token: string }): Promise<Profile>;
}

/** Makes the service of changes of e-mail addresses. */
export function createEmailChangeService({ prisma }: ServiceContext): EmailChangeService {
  return {
    askedBy: ({ actor }) => askedEmail(prisma, actor.userId),

    askForEmail: ({ actor, ...input }) =>
      change(prisma, actor, async (tx) => {
        const email = checkEmail(input.email);
        const person = await lockPerson(tx, actor);
        const before = await askedEmail(tx, person.id);
        const wanted = email === person.email ? null : email;
        if (before === wanted) return person;
        await tx.verification.deleteMany({ where: { identifier: askedUnder(person.id) } });
        if (wanted !== null) {
          const expiresAt = new Date(Date.now() + ASKED_DAYS * 24 * 60 * MINUTE_MS);
          await write(tx, { identifier: askedUnder(person.id), value: wanted, expiresAt });
        }
        recordChange(tx, {
          teamId: null,
          action: 'person.askForEmail',
          entity: { type: 'Person', id: person.id, label: person.name },
          before: { email: person.email, asked: before },
          after: { email: person.email, asked: wanted },
        });
        return person;
      }),

    createConfirmation: ({ actor, teamId, userId }) =>
      change(prisma, actor, async (tx) => {
        await requireRole(tx, { actor, teamId, action: 'member.changeEmail' });
        const { name } = await requireMember(tx, { teamId, userId });
        await requireSayInAllTeams(tx, {
          ownerId: actor.userId,
          userId,
          name,
          command: './colloid users confirm-email',
        });
        return confirm(tx, { teamId, userId, name });
      }),

    createConfirmationAsOperator: ({ email }) =>
      change(prisma, null, async (tx) => {
        const user = await tx.user.findUnique({ where: { email: email.toLowerCase() } });
        if (user === null) {
          throw new CatalogError(
            'NOT_FOUND',
            `Nobody here has the address '${email}'; give the one that they sign in with now.`,
          );
        }
        return confirm(tx, { teamId: null, userId: user.id, name: user.name });
      }),

    async confirmEmail({ actor, token }) {
      try {
        return await change(prisma, actor, (tx) => useConfirmation(tx, actor, token));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new CatalogError(
          'CONFLICT',
          'Another account has this e-mail address by now; ask for another one.',
          { path: ['token'], cause: error },
        );
      }
    },
  };
}

/** Of several people, the addresses that they have asked for: a map from their ids. */
export async function askedEmails(
  db: Db,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.verification.findMany({
    where: { identifier: { in: userIds.map(askedUnder) }, expiresAt: { gt: new Date() } },
    select: { identifier: true, value: true },
  });
  const byIdentifier = new Map(rows.map(({ identifier, value }) => [identifier, value]));
  return new Map(
    userIds.flatMap((id) => {
      const email = byIdentifier.get(askedUnder(id));
      return email === undefined ? [] : [[id, email] as const];
    }),
  );
}

async function useConfirmation(tx: Db, actor: Actor, token: string): Promise<Profile> {
  const person = await lockPerson(tx, actor);
  const email = await askedEmail(tx, person.id);
  if (email === null) throw notFound('address', ['token']);
  const used = await tx.verification.deleteMany({
    where: {
      identifier: confirmedUnder(token, email),
      value: person.id,
      expiresAt: { gt: new Date() },
    },
  });
  if (used.count === 0) throw notFound('address', ['token']);
  await tx.verification.deleteMany({ where: { identifier: askedUnder(person.id) } });
  const after = await tx.user.update({
    where: { id: person.id },
    data: { email, emailVerified: true },
    select: { id: true, name: true, email: true },
  });
  // Whoever still holds the old mailbox may be signed in somewhere.
  await tx.session.deleteMany({
    where: { userId: person.id, ...(actor.sessionId && { id: { not: actor.sessionId } }) },
  });
  recordChange(tx, {
    teamId: null,
    action: 'person.changeEmail',
    entity: { type: 'Person', id: person.id, label: person.name },
    before: { email: person.email },
    after: { email: after.email },
  });
  return after;
}

async function confirm(
  tx: Db,
  {
    teamId,
    userId,
    name,
  }: { readonly teamId: string | null; readonly userId: string; readonly name: string },
): Promise<EmailConfirmation> {
  const email = await askedEmail(tx, userId);
  if (email === null) {
    throw new CatalogError(
      'CONFLICT',
      `${name} has not asked for another e-mail address in the last ${ASKED_DAYS} days; they do that on the page of their account.`,
      { path: ['userId'] },
    );
  }
  const token = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + EMAIL_CONFIRMATION_MINUTES * MINUTE_MS);
  await write(tx, { identifier: confirmedUnder(token, email), value: userId, expiresAt });
  recordChange(tx, {
    teamId,
    action: 'member.confirmEmail',
    entity: { type: 'Person', id: userId, label: name },
    after: { email, expiresAt },
  });
  return { token, email, expiresAt };
}

async function askedEmail(db: Db, userId: string): Promise<string | null> {
  return (await askedEmails(db, [userId])).get(userId) ?? null;
}

function askedUnder(userId: string): string {
  return `email-asked:${userId}`;
}

/** Holds the address too, so that one asked for later needs a confirmation of its own. */
function confirmedUnder(token: string, email: string): string {
  return `email-confirmed:${sha256(`${token} ${email}`)}`;
}

async function write(
  tx: Db,
  row: { readonly identifier: string; readonly value: string; readonly expiresAt: Date },
): Promise<void> {
  await tx.verification.create({ data: { id: randomUUID(), ...row } });
}
