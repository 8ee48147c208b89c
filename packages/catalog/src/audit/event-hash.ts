/** @file The digest that ties an event of the audit log to the one before it. */

import { canonicalJson, sha256 } from '../canonical-json.ts';
import type { AuditEvent } from '../generated/client.ts';

/** An event without its own digest. */
export type UnsealedEvent = Omit<AuditEvent, 'hash'>;

/** Chain of what concerns the whole installation and no team. */
export const INSTALLATION_CHAIN = '00000000-0000-0000-0000-000000000000';

/** SHA-256, hexadecimal, over every column but the digest itself; `previousHash` is one of them. */
export function hashEvent(event: UnsealedEvent): string {
  const { chain, sequence, at, actorId, actorName, keyId, address, action } = event;
  const { entityType, entityId, entityLabel, datasetId, before, after, previousHash } = event;
  return sha256(
    canonicalJson({
      chain,
      sequence,
      at: at.toISOString(),
      actorId,
      actorName,
      keyId,
      address,
      action,
      entityType,
      entityId,
      entityLabel,
      datasetId,
      before,
      after,
      previousHash,
    }),
  );
}

/** A value as the database's JSON will give it back: dates as text, big integers as text, nothing undefined. */
export function toPlainJson(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'bigint' ? item.toString() : item,
    ),
  ) as unknown;
}
