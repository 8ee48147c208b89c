/** @file What states, checks and decisions of releases are called. */
import type {
  ReleaseCheckKind,
  ReleaseCheckState,
  ReleaseReach,
  ReleaseState,
} from '@/generated/graphql.ts';

/** The states in plain words. */
export const STATE_WORDS: Record<ReleaseState, string> = {
  DRAFT: 'Draft',
  IN_REVIEW: 'In review',
  CHANGES_REQUESTED: 'Changes requested',
  APPROVED: 'Approved',
  PUBLISHED: 'Published',
  RETRACTED: 'Retracted',
  WITHDRAWN: 'Withdrawn',
};

/** The checks, in the order in which they are shown. */
export const CHECKS: Record<ReleaseCheckKind, { readonly word: string; readonly asks: string }> = {
  BUDGET_AND_ICT: {
    word: 'Budget and separation',
    asks: 'Is everything within the identity budget, and are all identities far enough apart?',
  },
  DUPLICATES: { word: 'Duplicates', asks: 'Is any image or any face there twice?' },
  LEAKAGE: { word: 'Leakage', asks: 'Do images show people of a gallery?' },
  SHARD_INTEGRITY: {
    word: 'Stored files',
    asks: 'Is every byte there that the catalogue has on record?',
  },
  SYNTHETIC_MARK: {
    word: 'Synthetic mark',
    asks: 'Does every image say in its metadata that a model made it?',
  },
  LICENCES: {
    word: 'Licences',
    asks: 'Do the terms of models, galleries and covariates allow those of the release?',
  },
  DATASHEET: { word: 'Datasheet', asks: 'Has every question an answer?' },
};

/** How a check stands. */
export const CHECK_STATE_WORDS: Record<ReleaseCheckState, string> = {
  PENDING: 'Waiting',
  RUNNING: 'Checking',
  PASSED: 'Passed',
  FAILED: 'Failed',
  ERRORED: 'Could not be done',
  STALE: 'Of an earlier candidate',
};

/** Who gets a release. */
export const REACH_WORDS: Record<ReleaseReach, string> = {
  TEAM: 'The team only',
  PUBLIC: 'Everybody who is signed in',
};

/** Where a thread is anchored: a check, an answer of the datasheet (from 0), a sample, or nowhere. */
export type Anchor =
  | { readonly kind: 'check'; readonly check: ReleaseCheckKind }
  | { readonly kind: 'datasheet'; readonly index: number }
  | { readonly kind: 'sample'; readonly id: string }
  | { readonly kind: 'none' };

/** Reads the subject of a thread; one that this page does not know is anchored nowhere. */
export function anchorOf(subject: string | null): Anchor {
  const [kind, ...rest] = (subject ?? '').split(':');
  const name = rest.join(':');
  if (kind === 'check' && isCheck(name)) return { kind, check: name };
  if (kind === 'datasheet' && /^\d{1,4}$/.test(name)) return { kind, index: Number(name) };
  if (kind === 'sample' && name !== '') return { kind, id: name };
  return { kind: 'none' };
}

/** The id of the part of the page that a subject is about. */
export function anchorId(subject: string): string {
  return subject.replaceAll(/[^A-Za-z0-9]+/g, '-');
}

function isCheck(name: string): name is ReleaseCheckKind {
  return Object.hasOwn(CHECKS, name);
}
