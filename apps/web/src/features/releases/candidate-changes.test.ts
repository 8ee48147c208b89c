import { describe, expect, test } from 'vitest';
import type { CandidateFragment, ReviewStandingFragment } from '@/generated/graphql.ts';
import {
  candidateChanges,
  checkChanges,
  outdatedReviews,
  policyChanges,
} from './candidate-changes.ts';
import type { ReleaseLiveFragment } from './types.ts';

type Live = ReleaseLiveFragment;

const CANDIDATE: CandidateFragment = {
  digest: 'a'.repeat(64),
  version: { id: 'v1', number: 1 },
  semanticVersion: '1.0.0',
  title: 'Faces',
  notes: 'The first.',
  terms: { licence: 'CC-BY-4.0', text: '', isGated: false, reach: 'TEAM' },
  datasheet: [
    { question: 'Why?', answer: 'To test.' },
    { question: 'How?', answer: 'By sampling.' },
  ],
  galleries: ['people@1'],
};

/** The parts of a release that are compared, as the candidate has them. */
const RELEASE = {
  ...CANDIDATE,
  versionNumber: 1,
  galleries: [{ id: 'g', name: 'people', version: '1' }],
} as unknown as Live;

const release = (change: Partial<Live>): Live => Object.assign({}, RELEASE, change);

describe('what differs of a candidate', () => {
  test('is nothing where the release says the same', () => {
    expect(candidateChanges(CANDIDATE, RELEASE)).toEqual({
      version: null,
      facts: [],
      texts: [],
      answers: [],
    });
  });

  test('is told part by part, in the words of the page', () => {
    const terms = { licence: 'MIT', text: 'Ask first.', isGated: true, reach: 'PUBLIC' } as const;
    const now = release({
      version: { id: 'v2', runNumbers: [1] },
      versionNumber: 2,
      notes: 'The second.',
      terms,
      datasheet: [
        { question: 'How?', answer: 'By sampling.' },
        { question: 'Why?', answer: 'To teach.' },
        { question: 'Who?', answer: 'We.' },
      ],
      galleries: [],
    });
    expect(candidateChanges(CANDIDATE, now)).toEqual({
      version: { id: 'v1', number: 1 },
      facts: [
        { label: 'Licence', before: 'CC-BY-4.0', after: 'MIT' },
        { label: 'For whom', before: 'The team only', after: 'Everybody who is signed in' },
        { label: 'Who has to agree first', before: 'Nobody', after: 'Everybody' },
        { label: 'Galleries', before: 'people@1', after: 'None' },
      ],
      texts: [
        { label: 'Text of the terms', before: '', after: 'Ask first.' },
        { label: 'Notes', before: 'The first.', after: 'The second.' },
      ],
      answers: [
        { label: 'Why?', before: 'To test.', after: 'To teach.' },
        { label: 'Who?', before: '', after: 'We.' },
      ],
    });
  });

  test('names an answer that is gone', () => {
    const now = release({ datasheet: [{ question: 'Why?', answer: 'To test.' }] });
    expect(candidateChanges(CANDIDATE, now).answers).toEqual([
      { label: 'How?', before: 'By sampling.', after: '' },
    ]);
  });
});

describe('how things stood at a review', () => {
  const standing: ReviewStandingFragment = {
    approvalsNeeded: 1,
    approverRole: 'REVIEWER',
    requiredChecks: ['DUPLICATES', 'LICENCES'],
    checks: [
      { kind: 'DUPLICATES', state: 'FAILED', sentence: 'Two are the same.' },
      { kind: 'LICENCES', state: 'PASSED', sentence: 'All allow it.' },
      { kind: 'LEAKAGE', state: 'PASSED', sentence: 'Nobody is found.' },
    ],
  };
  const check = (kind: string, state: string, sentence = '') =>
    ({ kind, state, sentence }) as Live['checks'][number];

  test('differs from checks that ended otherwise, and not from those that have not ended', () => {
    const checks = [
      check('DUPLICATES', 'PASSED', 'No two are the same.'),
      check('LICENCES', 'PASSED', 'All allow it.'),
      check('LEAKAGE', 'RUNNING'),
      check('SHARD_INTEGRITY', 'PASSED', 'All are there.'),
      check('DATASHEET', 'STALE', 'All are answered.'),
    ];
    expect(checkChanges(standing, checks)).toEqual([
      {
        kind: 'DUPLICATES',
        label: 'Duplicates',
        before: 'Failed',
        after: 'Passed',
        sentenceBefore: 'Two are the same.',
        sentenceAfter: 'No two are the same.',
      },
      {
        kind: 'SHARD_INTEGRITY',
        label: 'Stored files',
        before: 'Not begun',
        after: 'Passed',
        sentenceBefore: '',
        sentenceAfter: 'All are there.',
      },
    ]);
  });

  test('differs from what the team asks for since', () => {
    expect(policyChanges(standing, standing)).toEqual([]);
    const policy = { approvalsNeeded: 2, approverRole: 'MAINTAINER', requiredChecks: [] } as const;
    expect(policyChanges(standing, { ...policy, requiredChecks: [] })).toEqual([
      { label: 'Approvals needed', before: '1', after: '2' },
      { label: 'Least role of an approver', before: 'Reviewer', after: 'Maintainer' },
      { label: 'Checks that have to pass', before: 'Duplicates, Licences', after: 'None' },
    ]);
  });
});

describe('the reviews to compare with', () => {
  const review = (id: string, who: string, digest: string) =>
    ({
      id,
      author: { id: who, name: who },
      candidateDigest: digest,
      createdAt: `2026-01-0${id}T00:00:00Z`,
    }) as Live['reviews'][number];
  const reviews = [
    review('1', 'ada', 'old'),
    review('2', 'bob', 'old'),
    review('3', 'ada', 'older'),
    review('4', 'cy', 'old'),
    review('5', 'cy', 'now'),
  ];
  const ids = (viewer: string | null, state: Live['state'] = 'IN_REVIEW') =>
    outdatedReviews({ state, reviews, candidateDigest: 'now' }, viewer).map(({ id }) => id);

  test('are the last one of each person who has not seen the release as it is, one’s own first', () => {
    expect(ids(null)).toEqual(['3', '2']);
    expect(ids('bob')).toEqual(['2', '3']);
    expect(ids('cy')).toEqual(['3', '2']);
  });

  test('are none once nobody reviews it any more', () => {
    expect(ids('ada', 'DRAFT')).toHaveLength(2);
    expect(ids('ada', 'PUBLISHED')).toEqual([]);
    expect(ids('ada', 'WITHDRAWN')).toEqual([]);
  });
});
