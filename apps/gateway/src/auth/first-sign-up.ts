/** @file Of several people who sign up first at one moment, one is the first. */
import type { Catalog } from '@colloid/catalog';

/** Row of the auth library's table of passing things that says that the first account is being written. */
const CLAIM_ID = 'first-sign-up';
/** An account is written within milliseconds; one that could not be leaves the place to somebody else after that. */
const CLAIM_MS = 60_000;

/** Takes the place of the first person: for one at a time, and for nobody where there is an account. */
export async function claimFirstSignUp({ prisma }: Pick<Catalog, 'prisma'>): Promise<boolean> {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + CLAIM_MS);
  const row = { id: CLAIM_ID, identifier: CLAIM_ID, value: '', expiresAt };
  const made = await prisma.verification.createMany({ data: [row], skipDuplicates: true });
  const where = { id: CLAIM_ID, expiresAt: { lte: now } };
  const isHeld =
    made.count > 0 ||
    (await prisma.verification.updateMany({ where, data: { expiresAt } })).count > 0;
  if (!isHeld) return false;
  // Looked for once the place is held: whoever had it before has their account by now, or has none.
  if ((await prisma.user.count({ take: 1 })) === 0) return true;
  await endFirstSignUp({ prisma });
  return false;
}

/** Gives the place back once the account is there. */
export async function endFirstSignUp({ prisma }: Pick<Catalog, 'prisma'>): Promise<void> {
  await prisma.verification.deleteMany({ where: { id: CLAIM_ID } });
}
