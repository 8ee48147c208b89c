/** @file What differs between a candidate that somebody reviewed and the release as it is. Pure. */
import type {
  CandidateFragment,
  ReleaseCheckKind,
  ReleaseCheckState,
  ReleaseState,
  ReviewStandingFragment,
} from '@/generated/graphql.ts';
import { ROLES } from '@/lib/roles.ts';
import type { ReleaseLiveFragment, ReleaseTeam } from './types.ts';
import { CHECK_STATE_WORDS, CHECKS, REACH_WORDS } from './words.ts';

type Review = ReleaseLiveFragment['reviews'][number];
type Policy = ReleaseTeam['releasePolicy'];

/** Something short that is another thing now. */
export interface Change {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What differs of what reviewers approve, part by part; a part without differences is empty. */
export interface CandidateChanges {
  /** Number of the version that was to be released, where it was another one. */
  readonly version: { readonly id: string; readonly number: number } | null;
  readonly facts: readonly Change[];
  /** Texts to be compared word by word. */
  readonly texts: readonly Change[];
  /** Answers of the datasheet by their questions; empty where there was none, or is none any more. */
  readonly answers: readonly Change[];
}

/** A check that stands otherwise than it did. */
export interface CheckChange extends Change {
  readonly kind: ReleaseCheckKind;
  /** What it had found, and has. */
  readonly sentenceBefore: string;
  readonly sentenceAfter: string;
}

const OPEN_STATES: ReadonlySet<ReleaseState> = new Set([
  'DRAFT',
  'IN_REVIEW',
  'CHANGES_REQUESTED',
  'APPROVED',
]);

/**
 * The reviews to compare the release with: the last one of each person who has not reviewed it as it is now. Those of `viewerId`
 * first, then the newest; none once nobody is going to review it any more.
 */
export function outdatedReviews(
  {
    state,
    reviews,
    candidateDigest,
  }: Pick<ReleaseLiveFragment, 'state' | 'reviews' | 'candidateDigest'>,
  viewerId: string | null,
): readonly Review[] {
  if (!OPEN_STATES.has(state)) return [];
  const last = new Map(reviews.map((review) => [review.author?.id ?? review.id, review]));
  const isOwn = ({ author }: Review) => (author !== null && author.id === viewerId ? 1 : 0);
  return [...last.values()]
    .filter((review) => review.candidateDigest !== candidateDigest)
    .toSorted((a, b) => isOwn(b) - isOwn(a) || (a.createdAt < b.createdAt ? 1 : -1));
}

/** What differs of the candidate itself. */
export function candidateChanges(
  before: CandidateFragment,
  release: ReleaseLiveFragment,
): CandidateChanges {
  const galleries = release.galleries.map(({ name, version }) => `${name}@${version}`);
  const gate = (isGated: boolean) => (isGated ? 'Everybody' : 'Nobody');
  return {
    version:
      before.version === null || before.version.id === release.version?.id ? null : before.version,
    facts: different([
      ['Title', before.title, release.title],
      ['Semantic version', before.semanticVersion, release.semanticVersion],
      ['Licence', before.terms.licence, release.terms.licence],
      ['For whom', REACH_WORDS[before.terms.reach], REACH_WORDS[release.terms.reach]],
      ['Who has to agree first', gate(before.terms.isGated), gate(release.terms.isGated)],
      ['Galleries', listed(before.galleries), listed(galleries)],
    ]),
    texts: different([
      ['Text of the terms', before.terms.text, release.terms.text],
      ['Notes', before.notes, release.notes],
    ]),
    answers: answerChanges(before.datasheet, release.datasheet),
  };
}

/** Checks that have ended and came to something else than they had come to then. */
export function checkChanges(
  standing: ReviewStandingFragment,
  checks: ReleaseLiveFragment['checks'],
): readonly CheckChange[] {
  return checks.filter(hasEnded).flatMap(({ kind, state, sentence }) => {
    const then = standing.checks.find((check) => check.kind === kind);
    const before = then === undefined ? 'Not begun' : CHECK_STATE_WORDS[then.state];
    const after = CHECK_STATE_WORDS[state];
    const sentenceBefore = then?.sentence ?? '';
    if (before === after && sentenceBefore === sentence) return [];
    const label = CHECKS[kind].word;
    return [{ kind, label, before, after, sentenceBefore, sentenceAfter: sentence }];
  });
}

/** Whether a check says something of the release as it is. */
export function hasEnded({ state }: { readonly state: ReleaseCheckState }): boolean {
  return state === 'PASSED' || state === 'FAILED' || state === 'ERRORED';
}

/** What the team asks for now and asked for then. */
export function policyChanges(standing: ReviewStandingFragment, policy: Policy): readonly Change[] {
  const roleOf = (each: Pick<Policy, 'approverRole'>) =>
    ROLES.find(({ role }) => role === each.approverRole)?.word ?? each.approverRole;
  const checksOf = ({ requiredChecks }: Pick<Policy, 'requiredChecks'>) =>
    listed(requiredChecks.map((kind) => CHECKS[kind].word));
  return different([
    ['Approvals needed', String(standing.approvalsNeeded), String(policy.approvalsNeeded)],
    ['Least role of an approver', roleOf(standing), roleOf(policy)],
    ['Checks that have to pass', checksOf(standing), checksOf(policy)],
  ]);
}

type Answers = CandidateFragment['datasheet'];

function answerChanges(before: Answers, after: Answers): readonly Change[] {
  const then = new Map(before.map(({ question, answer }) => [question, answer]));
  const now = new Map(after.map(({ question, answer }) => [question, answer]));
  const questions = new Set([...now.keys(), ...then.keys()]);
  return different(
    [...questions].map((question) => [question, then.get(question) ?? '', now.get(question) ?? '']),
  );
}

function different(rows: readonly (readonly [string, string, string])[]): readonly Change[] {
  return rows.flatMap(([label, before, after]) =>
    before === after ? [] : [{ label, before, after }],
  );
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'None' : names.join(', ');
}
