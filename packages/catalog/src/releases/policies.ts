/** @file What teams ask of their releases. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { visibleTeams } from '../authorise.ts';
import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { notifyRelease } from '../events/run-event.ts';
import type { PrismaClient, ReleaseCheckKind, ReleasePolicy, Role } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { cleanIds } from '../in-order.ts';
import { ROLES } from '../permissions.ts';
import { lockTeamFor } from '../services/write-role.ts';
import { REVIEW_STATES } from './actions.ts';
import { loadReviews } from './review-facts.ts';
import {
  DEFAULT_POLICY,
  RELEASE_CHECK_KINDS,
  stateAfter,
  weigh,
  type PolicyTerms,
} from './standing.ts';

const MOST_APPROVALS = 10;

/** The policy of a team, set or not. */
export interface TeamPolicy extends PolicyTerms {
  readonly teamId: string;
  /** When it was set; null where it is the default. */
  readonly updatedAt: Date | null;
}

/** What is to change of a policy. */
export interface PolicyChange {
  readonly actor: Actor;
  readonly teamId: string;
  /** 1 to 10. */
  readonly approvalsNeeded?: number | null | undefined;
  /** REVIEWER or higher. */
  readonly approverRole?: Role | null | undefined;
  readonly requiredChecks?: readonly ReleaseCheckKind[] | null | undefined;
}

/** The policy that a row says, or the default. */
export function policyOf(teamId: string, row: ReleasePolicy | null | undefined): TeamPolicy {
  if (!isGiven(row)) return { teamId, updatedAt: null, ...DEFAULT_POLICY };
  const { approvalsNeeded, approverRole, updatedAt } = row;
  const requiredChecks = RELEASE_CHECK_KINDS.filter((kind) => row.requiredChecks.includes(kind));
  return { teamId, updatedAt, approvalsNeeded, approverRole, requiredChecks };
}

/** The policies of teams the actor belongs to, null for others. */
export async function policiesOfTeams(
  prisma: PrismaClient,
  { actor, teamIds }: { readonly actor: Actor; readonly teamIds: readonly string[] },
): Promise<(TeamPolicy | null)[]> {
  const teams = await prisma.team.findMany({
    where: { AND: [{ id: { in: cleanIds(teamIds) } }, visibleTeams(actor, 'release.read')] },
    select: { id: true, releasePolicy: true },
  });
  return teamIds.map((id) => {
    const team = teams.find((row) => row.id === id);
    return team === undefined ? null : policyOf(team.id, team.releasePolicy);
  });
}

/** Sets what is given and keeps the rest; releases in review are at once where the new policy puts them. */
export function setReleasePolicy(prisma: PrismaClient, input: PolicyChange): Promise<TeamPolicy> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, teamId } = input;
    await lockTeamFor(tx, { actor, teamId, action: 'release.policy' });
    const before = policyOf(teamId, await tx.releasePolicy.findUnique({ where: { teamId } }));
    const terms = checkPolicy({
      approvalsNeeded: input.approvalsNeeded ?? before.approvalsNeeded,
      approverRole: input.approverRole ?? before.approverRole,
      requiredChecks: input.requiredChecks ?? before.requiredChecks,
    });
    const data = { ...terms, requiredChecks: [...terms.requiredChecks] };
    const row = await tx.releasePolicy.upsert({
      where: { teamId },
      create: { teamId, ...data },
      update: data,
    });
    recordChange(tx, {
      teamId,
      action: 'release.policy',
      entity: { type: 'ReleasePolicy', id: teamId, label: 'the team' },
      before: termsOf(before),
      after: terms,
    });
    await settleReleases(tx, policyOf(teamId, row));
    return policyOf(teamId, row);
  });
}

/** Moves the releases in review to the states that follow from the policy. The team is locked, so nobody reviews meanwhile. */
async function settleReleases(tx: Db, policy: TeamPolicy): Promise<void> {
  const releases = await tx.release.findMany({
    where: { dataset: { teamId: policy.teamId }, state: { in: [...REVIEW_STATES] } },
    orderBy: { id: 'asc' },
  });
  const facts = await loadReviews(
    tx,
    releases.map(({ id }) => id),
  );
  for (const release of releases) {
    const { reviews, roles } = facts(release.id);
    const verdict = weigh(reviews, { candidate: release, policy, roles });
    const state = stateAfter(release.state, verdict, policy);
    if (state !== release.state)
      await tx.release.update({ where: { id: release.id }, data: { state } });
    await notifyRelease(tx, release.id);
  }
}

function termsOf({ approvalsNeeded, approverRole, requiredChecks }: PolicyTerms): PolicyTerms {
  return { approvalsNeeded, approverRole, requiredChecks };
}

function checkPolicy({ approvalsNeeded, approverRole, requiredChecks }: PolicyTerms): PolicyTerms {
  if (
    !Number.isInteger(approvalsNeeded) ||
    approvalsNeeded < 1 ||
    approvalsNeeded > MOST_APPROVALS
  ) {
    throw new CatalogError(
      'INVALID',
      `'approvalsNeeded' is ${approvalsNeeded}; give a whole number from 1 to ${MOST_APPROVALS}.`,
      { path: ['approvalsNeeded'] },
    );
  }
  if (ROLES.indexOf(approverRole) < ROLES.indexOf('REVIEWER')) {
    throw new CatalogError(
      'INVALID',
      `'approverRole' is ${approverRole}, and approvals are for REVIEWER, MAINTAINER or OWNER.`,
      { path: ['approverRole'] },
    );
  }
  if (!requiredChecks.includes('SHARD_INTEGRITY')) {
    throw new CatalogError(
      'INVALID',
      'SHARD_INTEGRITY cannot be left out: it lists the files that a manifest names and a download consists of.',
      { path: ['requiredChecks'] },
    );
  }
  const kinds = RELEASE_CHECK_KINDS.filter((kind) => requiredChecks.includes(kind));
  return { approvalsNeeded, approverRole, requiredChecks: kinds };
}
