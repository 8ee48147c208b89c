/** @file Threads about a release and its parts. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import type { Db } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { PrismaClient, Release, ReleaseComment, ReleaseThread } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { checkText } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { recordRelease } from './release-entity.ts';
import { lockRelease, teamReleases } from './release-role.ts';

/** Most threads of a release, and most comments of a thread: a page shows all of them. */
const MOST_THREADS = 500;
const MOST_COMMENTS = 500;

/** What a thread may be about, such as 'check:LEAKAGE', 'datasheet:2' or 'sample:' and an id. */
const SUBJECT = /^[a-z]+(?::[A-Za-z0-9_=./-]{1,200})?$/;

/** A thread with what was said, oldest first. */
export interface Thread extends ReleaseThread {
  readonly comments: readonly ReleaseComment[];
}

/** A comment in a thread, or the first one of a new thread. */
export interface NewComment {
  readonly actor: Actor;
  readonly releaseId: string;
  /** The thread it goes on with. */
  readonly threadId?: string | null | undefined;
  /** What a new thread is about; none: the release as a whole. */
  readonly subject?: string | null | undefined;
  readonly body: string;
}

/** See ReleaseService.commentOnRelease. */
export function commentOnRelease(prisma: PrismaClient, input: NewComment): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, releaseId, threadId, subject } = input;
    const { release, team, at } = await lockRelease(tx, { actor, releaseId, action: 'COMMENT' });
    const body = checkText(input.body, 'body', 10_000);
    if (isGiven(threadId) && isGiven(subject)) {
      throw new CatalogError(
        'INVALID',
        "Give 'threadId' to answer in a thread, or 'subject' to begin one.",
        { path: ['subject'] },
      );
    }
    const thread = isGiven(threadId)
      ? await requireThread(tx, { releaseId, threadId })
      : await beginThread(tx, releaseId, subject ?? null);
    const comments = await tx.releaseComment.count({ where: { threadId: thread.id } });
    if (comments >= MOST_COMMENTS) {
      throw new CatalogError(
        'CONFLICT',
        `The thread has ${comments} comments, and no room for more; begin another one.`,
        { path: ['threadId'] },
      );
    }
    await tx.releaseComment.create({
      data: { threadId: thread.id, authorId: actor.userId, body, createdAt: at },
    });
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.comment',
      after: { threadId: thread.id, subject: thread.subject, body },
    });
    return release;
  });
}

/** See ReleaseService.resolveThread. */
export function resolveThread(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly threadId: string; readonly isResolved: boolean },
): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, threadId, isResolved } = input;
    const found = isUuid(threadId)
      ? await tx.releaseThread.findFirst({
          where: { id: threadId, release: teamReleases(actor) },
        })
      : null;
    if (found === null) throw notFound('thread', ['threadId']);
    const { releaseId } = found;
    const { release, team, at } = await lockRelease(tx, { actor, releaseId, action: 'COMMENT' });
    const thread = await tx.releaseThread.findUniqueOrThrow({ where: { id: threadId } });
    if ((thread.resolvedAt !== null) === isResolved) return release;
    await tx.releaseThread.update({
      where: { id: threadId },
      data: isResolved
        ? { resolvedAt: at, resolvedById: actor.userId }
        : { resolvedAt: null, resolvedById: null },
    });
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.resolve',
      after: { threadId, subject: thread.subject, isResolved },
    });
    return release;
  });
}

/** The threads of each release, oldest first; the caller has made sure that they may be seen. */
export async function threadsOfReleases(
  db: Db,
  releaseIds: readonly string[],
): Promise<ReadonlyMap<string, Thread[]>> {
  const rows = await db.releaseThread.findMany({
    where: { releaseId: { in: [...releaseIds] } },
    include: { comments: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return Map.groupBy(rows, (row) => row.releaseId);
}

async function requireThread(
  tx: Db,
  { releaseId, threadId }: { readonly releaseId: string; readonly threadId: string },
): Promise<ReleaseThread> {
  const thread = isUuid(threadId)
    ? await tx.releaseThread.findFirst({ where: { id: threadId, releaseId } })
    : null;
  if (thread === null) throw notFound('thread of this release', ['threadId']);
  return thread;
}

async function beginThread(
  tx: Db,
  releaseId: string,
  subject: string | null,
): Promise<ReleaseThread> {
  if (subject !== null && !SUBJECT.test(subject)) {
    throw new CatalogError(
      'INVALID',
      `'${subject.slice(0, 100)}' names no part of a release; write a word, a colon and a name, such as check:LEAKAGE.`,
      { path: ['subject'] },
    );
  }
  const threads = await tx.releaseThread.count({ where: { releaseId } });
  if (threads >= MOST_THREADS) {
    throw new CatalogError(
      'CONFLICT',
      `The release has ${threads} threads, and no room for more; go on in one of them.`,
      { path: ['subject'] },
    );
  }
  return tx.releaseThread.create({ data: { releaseId, subject } });
}
