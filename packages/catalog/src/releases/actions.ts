/** @file What may be done with a release in which state: the one table that services, pages and tests are derived from. */

import { CatalogError } from '../errors.ts';
import type { ReleaseState } from '../generated/client.ts';
import type { Action } from '../permissions.ts';

/** Something done with a release. */
export type ReleaseAction =
  | 'EDIT'
  | 'REQUEST_REVIEW'
  | 'RUN_CHECKS'
  | 'REVIEW'
  | 'COMMENT'
  | 'PUBLISH'
  | 'RETRACT'
  | 'WITHDRAW'
  | 'DOWNLOAD'
  | 'ACCEPT_TERMS';

/** States of a release that is neither published nor given up. */
export const OPEN_STATES = ['DRAFT', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED'] as const;

/** States in which reviews decide on the state. */
export const REVIEW_STATES = ['IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED'] as const;

interface Rule {
  readonly states: readonly ReleaseState[];
  /** What the permission table asks of a member. */
  readonly permission: Action;
  /** As "can be …" has it. */
  readonly words: string;
}

/** The table. */
export const RELEASE_ACTIONS = {
  EDIT: { states: OPEN_STATES, permission: 'release.propose', words: 'edited' },
  REQUEST_REVIEW: {
    states: ['DRAFT', 'IN_REVIEW'],
    permission: 'release.propose',
    words: 'sent into review',
  },
  RUN_CHECKS: { states: OPEN_STATES, permission: 'release.propose', words: 'checked' },
  REVIEW: { states: REVIEW_STATES, permission: 'release.review', words: 'reviewed' },
  COMMENT: {
    states: [...OPEN_STATES, 'PUBLISHED', 'RETRACTED'],
    permission: 'release.comment',
    words: 'discussed',
  },
  PUBLISH: { states: ['APPROVED'], permission: 'release.publish', words: 'published' },
  RETRACT: { states: ['PUBLISHED'], permission: 'release.retract', words: 'retracted' },
  WITHDRAW: { states: OPEN_STATES, permission: 'release.propose', words: 'withdrawn' },
  DOWNLOAD: { states: ['PUBLISHED'], permission: 'release.read', words: 'downloaded' },
  ACCEPT_TERMS: { states: ['PUBLISHED'], permission: 'release.read', words: 'agreed to' },
} as const satisfies Record<ReleaseAction, Rule>;

const STATE_WORDS: Readonly<Record<ReleaseState, string>> = {
  DRAFT: 'a draft',
  IN_REVIEW: 'in review',
  CHANGES_REQUESTED: 'waiting for changes',
  APPROVED: 'approved',
  PUBLISHED: 'published',
  RETRACTED: 'retracted',
  WITHDRAWN: 'withdrawn',
};

/** Whether a release in that state lets itself be treated so. */
export function isPossible(action: ReleaseAction, state: ReleaseState): boolean {
  return (RELEASE_ACTIONS[action].states as readonly ReleaseState[]).includes(state);
}

/** @throws CatalogError CONFLICT naming the state, and the states it would have to be in */
export function requireState(
  action: ReleaseAction,
  { number, state }: { readonly number: number; readonly state: ReleaseState },
): void {
  if (isPossible(action, state)) return;
  const { states, words } = RELEASE_ACTIONS[action];
  const fitting = states.map((name: ReleaseState) => STATE_WORDS[name]).join(', or ');
  throw new CatalogError(
    'CONFLICT',
    `Release ${number} is ${STATE_WORDS[state]}, and one can be ${words} only while it is ${fitting}; look at it again.`,
  );
}
