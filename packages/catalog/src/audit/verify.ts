/** @file Reads the audit log from its first event to its last, and tells where it was tampered with. */

import type { Db } from '../context.ts';
import type { AuditChain, AuditEvent, PrismaClient } from '../generated/client.ts';
import { hashEvent, INSTALLATION_CHAIN } from './event-hash.ts';

/** Events read at a time. */
const PAGE = 1000;
/** A million events take a few minutes. */
const VERIFY_TIMEOUT_MS = 60 * 60 * 1000;

/** What became of one chain. */
export interface ChainReport {
  /** Id of the team, or zeros for the installation's own chain. */
  readonly chain: string;
  /** The team's address; null for the installation's chain and for a team that is gone. */
  readonly team: string | null;
  /** Events that were read. */
  readonly events: number;
  /** Digest of the last event: keep it elsewhere, and a log that was rewritten as a whole is found out too. */
  readonly head: string;
  /** The first event at which the chain breaks; null where it is whole. */
  readonly broken: { readonly sequence: number; readonly reason: string } | null;
}

/** Checks every chain, as they all were at one moment. */
export function verifyAudit(prisma: PrismaClient): Promise<ChainReport[]> {
  return prisma.$transaction(verifyChains, {
    isolationLevel: 'RepeatableRead',
    timeout: VERIFY_TIMEOUT_MS,
  });
}

async function verifyChains(prisma: Db): Promise<ChainReport[]> {
  const heads = await prisma.auditChain.findMany();
  const chains = await prisma.auditEvent.findMany({ distinct: ['chain'], select: { chain: true } });
  const ids = [...new Set([...heads, ...chains].map(({ chain }) => chain))].toSorted();
  const teams = await prisma.team.findMany({
    where: { id: { in: ids } },
    select: { id: true, slug: true },
  });
  const slugs = new Map(teams.map(({ id, slug }) => [id, slug]));
  const reports: ChainReport[] = [];
  for (const chain of ids) {
    const head = heads.find((one) => one.chain === chain) ?? null;
    const team = chain === INSTALLATION_CHAIN ? null : (slugs.get(chain) ?? null);
    reports.push({ chain, team, ...(await verifyChain(prisma, chain, head)) });
  }
  return reports;
}

async function verifyChain(
  prisma: Db,
  chain: string,
  head: AuditChain | null,
): Promise<Pick<ChainReport, 'events' | 'head' | 'broken'>> {
  let last = { sequence: 0, hash: '' };
  for (;;) {
    const page = await prisma.auditEvent.findMany({
      where: { chain, sequence: { gt: last.sequence } },
      orderBy: { sequence: 'asc' },
      take: PAGE,
    });
    for (const event of page) {
      const reason = faultOf(event, last);
      if (reason !== null) {
        const sequence = Math.min(event.sequence, last.sequence + 1);
        return { events: last.sequence, head: last.hash, broken: { sequence, reason } };
      }
      last = event;
    }
    if (page.length < PAGE) break;
  }
  const result = { events: last.sequence, head: last.hash };
  return { ...result, broken: endOf(last, head) };
}

function faultOf(event: AuditEvent, last: { sequence: number; hash: string }): string | null {
  const expected = last.sequence + 1;
  if (event.sequence !== expected) {
    return `event ${expected} is missing: ${event.sequence} follows ${last.sequence}`;
  }
  if (event.previousHash !== last.hash) {
    return 'it does not follow the event before it: one of the two was altered, or it was put in by hand';
  }
  return hashEvent(event) === event.hash
    ? null
    : 'its content does not have the digest it was written with: it was altered';
}

function endOf(
  last: { sequence: number; hash: string },
  head: AuditChain | null,
): ChainReport['broken'] {
  if (head === null) {
    return {
      sequence: last.sequence,
      reason: 'the chain has events but no head: it was put in by hand',
    };
  }
  if (head.sequence > last.sequence) {
    const sequence = last.sequence + 1;
    return { sequence, reason: `event ${sequence} is missing: ${head.sequence} were written` };
  }
  if (head.sequence < last.sequence) {
    const sequence = head.sequence + 1;
    return { sequence, reason: `it was put in by hand: only ${head.sequence} were written` };
  }
  return head.hash === last.hash
    ? null
    : {
        sequence: last.sequence,
        reason: 'it is not the event that was written last: it was altered',
      };
}
