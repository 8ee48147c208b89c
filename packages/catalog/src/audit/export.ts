/** @file The events of a chain as they were sealed, for a file that can be checked without the database. */

import type { AuditEvent, PrismaClient } from '../generated/client.ts';
import { hashEvent, INSTALLATION_CHAIN } from './event-hash.ts';

/** Events read at a time. */
const PAGE = 100;

/** Which events. */
export interface AuditExport {
  /** Id of the team; null: the installation's own chain. */
  readonly teamId: string | null;
  /** Only events from then on. */
  readonly from?: Date | undefined;
  /** Only events before then. */
  readonly to?: Date | undefined;
}

/** The last event of a chain: whoever notes it elsewhere can tell later that nothing before it was rewritten. */
export interface AuditHead {
  readonly chain: string;
  /** The team's address; null for the installation's chain and for a team that is gone. */
  readonly team: string | null;
  readonly sequence: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** What became of an exported file. */
export interface ExportReport {
  readonly chain: string;
  readonly events: number;
  readonly first: number;
  readonly last: number;
  /** Digest of its last event. */
  readonly head: string;
  /** Whether an event of the file is the head that was noted; null where none was given. */
  readonly hasHead: boolean | null;
}

/** Oldest first, a page in memory. */
export async function* exportEvents(
  prisma: PrismaClient,
  { teamId, from, to }: AuditExport,
): AsyncGenerator<AuditEvent> {
  const chain = teamId ?? INSTALLATION_CHAIN;
  const at = {
    ...(from === undefined ? {} : { gte: from }),
    ...(to === undefined ? {} : { lt: to }),
  };
  for (let last = 0; ;) {
    // Times follow the sequence, so that what is left of an interval is a piece of the chain without gaps.
    const page = await prisma.auditEvent.findMany({
      where: { chain, sequence: { gt: last }, at },
      orderBy: { sequence: 'asc' },
      take: PAGE,
    });
    yield* page;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return;
    last = end.sequence;
  }
}

/** The last event of every chain, by the team's address. */
export async function auditHeads(prisma: PrismaClient): Promise<AuditHead[]> {
  const heads = await prisma.auditChain.findMany({ where: { sequence: { gt: 0 } } });
  const teams = await prisma.team.findMany({ select: { id: true, slug: true } });
  const slugs = new Map(teams.map(({ id, slug }) => [id, slug]));
  return heads
    .map(({ chain, sequence, hash }) => ({
      chain,
      team: slugs.get(chain) ?? null,
      sequence,
      hash,
    }))
    .toSorted((a, b) => (a.team ?? '').localeCompare(b.team ?? '', 'en'));
}

/**
 * Checks lines of an export: each event has the digest of its content, and follows the one before it.
 *
 * @param head a digest that was noted when the event it belongs to was the last one
 * @returns the report, or the sentence that says what is wrong
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  { head }: { readonly head?: string | undefined } = {},
): Promise<ExportReport | string> {
  let first: AuditEvent | null = null;
  let last: AuditEvent | null = null;
  let number = 0;
  let events = 0;
  let hasHead = false;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const event = parseEvent(line);
    if (event === null) return `line ${number} is no event of an audit log`;
    const fault = faultBetween(event, last);
    if (fault !== null) return `line ${number}, event ${event.sequence}: ${fault}`;
    events += 1;
    hasHead ||= event.hash === head;
    first ??= event;
    last = event;
  }
  if (first === null || last === null) return 'it has no events';
  if (head !== undefined && !hasHead) {
    return `none of its events ${first.sequence} to ${last.sequence} has the noted digest ${head}: the chain was rewritten, or the file ends before it`;
  }
  return {
    chain: last.chain,
    events,
    first: first.sequence,
    last: last.sequence,
    head: last.hash,
    hasHead: head === undefined ? null : hasHead,
  };
}

function faultBetween(event: AuditEvent, last: AuditEvent | null): string | null {
  if (hashEvent(event) !== event.hash)
    return 'its content does not have the digest it was written with: it was altered';
  if (last === null) {
    return event.sequence === 1 && event.previousHash !== ''
      ? 'it is the first of the chain and names one before it'
      : null;
  }
  if (event.chain !== last.chain) return 'it is of another chain than the one before it';
  if (event.sequence !== last.sequence + 1) return `it follows event ${last.sequence}`;
  return event.previousHash === last.hash ? null : 'it does not follow the event before it';
}

function parseEvent(line: string): AuditEvent | null {
  try {
    const event = JSON.parse(line) as Omit<AuditEvent, 'at'> & { readonly at: string };
    const at = new Date(event.at);
    if (Number.isNaN(at.getTime()) || typeof event.hash !== 'string') return null;
    return Object.assign(event, { at });
  } catch {
    return null;
  }
}
