/** @file What an event of the audit log says, for people. */

import { CHECK_WORDS } from '../releases/standing.ts';
import { AUDIT_WORDS, type AuditAction } from './actions.ts';

interface Told {
  readonly actorName: string;
  readonly action: string;
  readonly entityLabel: string;
  /** The fields that were changed, after. */
  readonly after: unknown;
}

/** "Ada started the run Faces, run 3". An action that this version does not know stands for itself. */
export function auditSentence({ actorName, action, entityLabel, after }: Told): string {
  // Who joins or leaves is both who did it and whom it was done to.
  if (action === 'member.leave') return `${actorName} ${AUDIT_WORDS[action]}`;
  if (action === 'member.join') return `${entityLabel} joined the team`;
  const words =
    action === 'release.check' ? checkWords(after) : (AUDIT_WORDS[action as AuditAction] ?? action);
  return `${actorName} ${words} ${entityLabel}`;
}

/** One event tells that all checks began, and one for each that it is over. */
function checkWords(after: unknown): string {
  const { kind } = (after ?? {}) as { readonly kind?: keyof typeof CHECK_WORDS };
  return kind === undefined
    ? 'began the checks of the release'
    : `finished the check ${CHECK_WORDS[kind]}, for the release`;
}
