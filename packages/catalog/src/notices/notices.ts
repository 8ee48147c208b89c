/**
 * @file Who is told of which change, and in what words: the one table behind the bell. A kind of change without a row tells nobody.
 *
 * Nobody is told what they did themselves, what they may not see (a private dataset of others), or what they have muted.
 */

import type { AuditAction } from '../audit/actions.ts';
import { ROLES, rolesFor } from '../permissions.ts';
import { members } from './members.ts';
import type { Notice, NoticeContext } from './notice.ts';
import { RELEASE_NOTICES } from './release-notices.ts';

/** The one whom the change is about. */
const oneself = ({ change }: NoticeContext) => [change.entity.id];

/** Who made the row. */
const creatorOf =
  (table: 'run' | 'gallery' | 'covariateSet' | 'modelVersion') =>
  async ({ tx, change }: NoticeContext): Promise<readonly string[]> => {
    const where = { id: change.entity.id };
    const select = { createdById: true };
    const row =
      table === 'run'
        ? await tx.run.findUnique({ where, select })
        : table === 'gallery'
          ? await tx.gallery.findUnique({ where, select })
          : table === 'covariateSet'
            ? await tx.covariateSet.findUnique({ where, select })
            : await tx.modelVersion.findUnique({ where, select });
    return row?.createdById == null ? [] : [row.createdById];
  };

const stateAfter = ({ change }: NoticeContext): unknown =>
  (Object(change.after) as { readonly state?: unknown }).state;

/** Success is told with its version. */
const RUN_ENDINGS: Readonly<Record<string, string>> = {
  FAILED: 'failed; its page says why',
  CANCELLED: 'has stopped, since it was cancelled',
};

const isReady = (what: string) => (context: NoticeContext) =>
  `The ${what} ${context.change.entity.label} is ${stateAfter(context) === 'READY' ? 'ready' : 'refused; its page says why'}`;

/** Rows by the kind of change. */
export const NOTICES: Readonly<Partial<Record<AuditAction, Notice>>> = {
  ...RELEASE_NOTICES,
  'run.end': {
    to: creatorOf('run'),
    say: (context) =>
      `${context.change.entity.label} ${RUN_ENDINGS[String(stateAfter(context))] ?? 'has ended'}`,
  },
  'run.cancel': {
    to: creatorOf('run'),
    say: ({ actorName, change }) => `${actorName} cancelled ${change.entity.label}`,
  },
  'version.commit': {
    to: creatorOfVersion,
    say: ({ change }) => `Your run made ${change.entity.label}`,
  },
  'version.measured': {
    to: whoAskedToMeasure,
    say: ({ change }) => {
      const { state, gallery } = measuredAfter(change);
      const against = gallery === null ? '' : ` against ${gallery}`;
      return state === 'DONE'
        ? `${change.entity.label} has been measured${against}`
        : `${change.entity.label} could not be measured${against}; its page says why`;
    },
  },
  'model.check': {
    to: creatorOf('modelVersion'),
    say: isReady('model'),
  },
  'gallery.make': {
    to: creatorOf('gallery'),
    say: isReady('gallery'),
  },
  'covariates.make': {
    to: creatorOf('covariateSet'),
    say: isReady('covariate set'),
  },
  'team.rename': {
    to: (context) => members(context, ROLES),
    say: ({ actorName, change }) =>
      `${actorName} renamed the team ${String(fieldOf(change.before, 'name'))}: it is ${change.entity.label} now, at /t/${String(fieldOf(change.after, 'slug'))}`,
  },
  'team.delete': {
    to: (context) => members(context, ROLES),
    say: ({ actorName, change }) =>
      `${actorName} deleted the team ${change.entity.label}; an owner can bring it back until ${dayOf(fieldOf(change.after, 'purgeAfter'))}, on the page of their account`,
  },
  'team.restore': {
    to: (context) => members(context, ROLES),
    say: ({ actorName, change }) => `${actorName} brought back the team ${change.entity.label}`,
  },
  'member.add': {
    to: oneself,
    say: (context) => `${context.actorName} added you to a team as ${roleAfter(context)}`,
  },
  'member.change': {
    to: oneself,
    say: (context) => `${context.actorName} made you ${roleAfter(context)} of a team`,
  },
  'member.remove': {
    alsoOutside: oneself,
    say: ({ actorName }) => `${actorName} removed you from a team`,
  },
  'member.join': {
    to: invitersOf,
    say: ({ change }) => `${change.entity.label} accepted the invitation and joined the team`,
  },
  'person.askForEmail': {
    alsoOutside: whoMayConfirmEmail,
    say: ({ actorName, change }) =>
      `${actorName} asks for the e-mail address ${String(fieldOf(change.after, 'asked'))}; make the link that confirms it in the settings of a team, and send it there`,
  },
  'webhook.disable': {
    to: (context) => members(context, rolesFor('webhook.manage')),
    say: ({ change }) =>
      `The webhook ${change.entity.label} was disabled, since nobody answered there`,
  },
};

function fieldOf(value: unknown, field: string): unknown {
  return (Object(value) as Readonly<Record<string, unknown>>)[field];
}

/** `YYYY-MM-DD` of a date. */
function dayOf(date: unknown): string {
  return date instanceof Date ? date.toISOString().slice(0, 10) : '';
}

/** Those who own every team of the person; nobody where they took it back. */
async function whoMayConfirmEmail({ tx, change }: NoticeContext): Promise<readonly string[]> {
  if (fieldOf(change.after, 'asked') === null) return [];
  const userId = change.entity.id;
  const teams = await tx.membership.findMany({ where: { userId }, select: { teamId: true } });
  const owners = await tx.membership.groupBy({
    by: ['userId'],
    where: { teamId: { in: teams.map(({ teamId }) => teamId) }, role: 'OWNER' },
    _count: true,
  });
  return owners.filter(({ _count }) => _count === teams.length).map((owner) => owner.userId);
}

function roleAfter({ change }: NoticeContext): string {
  return String((Object(change.after) as { readonly role?: unknown }).role).toLowerCase();
}

async function creatorOfVersion({ tx, change }: NoticeContext): Promise<readonly string[]> {
  const version = await tx.datasetVersion.findUnique({
    where: { id: change.entity.id },
    select: { parts: { select: { run: { select: { createdById: true } } } } },
  });
  return version?.parts.map(({ run }) => run.createdById) ?? [];
}

/** What the change says of the measurement that ended. */
function measuredAfter({ after }: NoticeContext['change']) {
  return after as {
    readonly measurementId: string;
    readonly gallery: string | null;
    readonly state: string;
  };
}

async function whoAskedToMeasure({ tx, change }: NoticeContext): Promise<readonly string[]> {
  const { measurementId: id } = measuredAfter(change);
  const row = await tx.measurement.findUnique({ where: { id }, select: { createdById: true } });
  return row === null ? [] : [row.createdById];
}

/** Who invited the person that has just joined. */
async function invitersOf({ tx, change }: NoticeContext): Promise<readonly string[]> {
  if (change.teamId === null) return [];
  const invitation = await tx.invitation.findFirst({
    where: { teamId: change.teamId, acceptedById: change.entity.id },
    orderBy: { acceptedAt: 'desc' },
    select: { invitedById: true },
  });
  return invitation === null ? [] : [invitation.invitedById];
}
