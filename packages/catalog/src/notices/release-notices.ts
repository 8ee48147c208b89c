/** @file Who is told of what happens to releases. */

import type { AuditAction } from '../audit/actions.ts';
import { ROLES } from '../permissions.ts';
import { members } from './members.ts';
import type { Notice, NoticeContext } from './notice.ts';

/** Fields that the log of releases carries. */
interface ReleaseFacts {
  readonly reviewerIds?: readonly string[];
  readonly decision?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly sentence?: string;
  readonly threadId?: string;
  readonly reach?: string;
}

const after = ({ change }: NoticeContext): ReleaseFacts => Object(change.after) as ReleaseFacts;

/** Everybody who wrote any of it, its author first. */
async function editors({ tx, change }: NoticeContext): Promise<readonly string[]> {
  const where = { id: change.entity.id };
  const release = await tx.release.findUnique({ where, select: { editorIds: true } });
  return release?.editorIds ?? [];
}

/** Those who gave a review of any candidate. */
async function reviewers({ tx, change }: NoticeContext): Promise<string[]> {
  const rows = await tx.releaseReview.findMany({
    where: { releaseId: change.entity.id },
    select: { authorId: true },
  });
  return rows.map(({ authorId }) => authorId);
}

/** Those who were asked for a review. */
async function asked({ tx, change }: NoticeContext): Promise<string[]> {
  const rows = await tx.releaseReviewer.findMany({
    where: { releaseId: change.entity.id },
    select: { userId: true },
  });
  return rows.map(({ userId }) => userId);
}

/** Those who have said something in the discussion. */
async function inThread(context: NoticeContext): Promise<string[]> {
  const { threadId } = after(context);
  if (threadId === undefined) return [];
  const rows = await context.tx.releaseComment.findMany({
    where: { threadId },
    select: { authorId: true },
  });
  return rows.map(({ authorId }) => authorId);
}

/** Everybody who downloaded a file of the release, or of any release of the same dataset. */
async function downloaders({ tx, change }: NoticeContext, of: 'release' | 'dataset') {
  const { id: releaseId, datasetId } = change.entity;
  if (of === 'dataset' && datasetId === undefined) return [];
  const rows = await tx.releaseDownload.findMany({
    where: of === 'release' ? { releaseId } : { release: { datasetId: datasetId ?? '' } },
    select: { userId: true },
    distinct: ['userId'],
  });
  return rows.map(({ userId }) => userId);
}

const DECISIONS: Readonly<Record<string, string>> = {
  APPROVE: 'approved',
  REQUEST_CHANGES: 'asked for changes to',
};

/** Rows by the kind of change. */
export const RELEASE_NOTICES: Readonly<Partial<Record<AuditAction, Notice>>> = {
  'release.requestReview': {
    to: (context) => after(context).reviewerIds ?? [],
    say: ({ actorName, change }) => `${actorName} asks you to review ${change.entity.label}`,
  },
  'release.update': {
    to: reviewers,
    say: ({ change }) => `${change.entity.label} was edited, so your review no longer counts`,
  },
  'release.review': {
    to: editors,
    say: (context) => {
      const { actorName, change } = context;
      const did = DECISIONS[after(context).decision ?? ''] ?? 'reviewed';
      return `${actorName} ${did} ${change.entity.label}`;
    },
  },
  'release.comment': {
    to: async (context) => [...(await editors(context)), ...(await inThread(context))],
    say: ({ actorName, change }) => `${actorName} commented on ${change.entity.label}`,
  },
  'release.check': {
    to: (context) =>
      ['FAILED', 'ERRORED'].includes(after(context).state ?? '') ? editors(context) : [],
    say: (context) =>
      `A check of ${context.change.entity.label} did not pass: ${withoutStop(after(context).sentence ?? '')}`,
  },
  'release.withdraw': {
    to: async (context) => [...(await editors(context)), ...(await asked(context))],
    say: ({ actorName, change }) => `${actorName} withdrew ${change.entity.label}`,
  },
  'release.publish': {
    to: (context) => members(context, ROLES),
    alsoOutside: (context) =>
      after(context).reach === 'PUBLIC' ? downloaders(context, 'dataset') : [],
    say: ({ actorName, change }) => `${actorName} published ${change.entity.label}`,
  },
  'release.retract': {
    to: (context) => members(context, ROLES),
    alsoOutside: (context) => downloaders(context, 'release'),
    say: (context) =>
      `${context.change.entity.label} was retracted: ${withoutStop(after(context).reason ?? '')}`,
  },
};

function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}
