/** @file The words of a release: states, checks, decisions, actions. */
import { CHECK_WORDS, RELEASE_ACTIONS } from '@colloid/catalog';
import type { ReleaseAction as Action, ReleaseCheckKind as CheckKind } from '@colloid/catalog';

import { enumType } from '../nexus.ts';

export const ReleaseState = enumType({
  name: 'ReleaseState',
  description: 'Where a release is between its draft and those who use it.',
  members: [
    { name: 'DRAFT', description: 'Being written; any edit brings a release back here.' },
    { name: 'IN_REVIEW', description: 'Waiting for approvals.' },
    { name: 'CHANGES_REQUESTED', description: 'A reviewer has asked for changes.' },
    { name: 'APPROVED', description: 'Has the approvals that the team asks for.' },
    { name: 'PUBLISHED', description: 'Out: it can be downloaded, and never changes again.' },
    { name: 'RETRACTED', description: 'Was out and was taken back, with a reason.' },
    { name: 'WITHDRAWN', description: 'Was given up before it was out.' },
  ],
});

export const ReleaseReach = enumType({
  name: 'ReleaseReach',
  description: 'Who gets a release once it is published.',
  members: [
    { name: 'TEAM', description: 'Members of the team.' },
    { name: 'PUBLIC', description: 'Everybody who is signed in.' },
  ],
});

export const ReleaseDecision = enumType({
  name: 'ReleaseDecision',
  description: 'What a review comes to.',
  members: [
    { name: 'APPROVE', description: 'It may be published as it is.' },
    { name: 'REQUEST_CHANGES', description: 'Something has to change first.' },
  ],
});

const KINDS = Object.entries(CHECK_WORDS) as [CheckKind, string][];

export const ReleaseCheckKind = enumType({
  name: 'ReleaseCheckKind',
  description: 'What a check of a release looks at.',
  members: KINDS.map(([name, words]) => ({ name, description: `The check ${words}.` })),
});

export const ReleaseCheckState = enumType({
  name: 'ReleaseCheckState',
  description: 'How far a check is.',
  members: [
    { name: 'PENDING', description: 'Waits for a worker.' },
    { name: 'RUNNING', description: 'A worker is at it.' },
    { name: 'PASSED', description: 'Found nothing wrong.' },
    { name: 'FAILED', description: 'Found something wrong, which its sentence names.' },
    { name: 'ERRORED', description: 'Could not be done, which says nothing about the release.' },
    { name: 'STALE', description: 'Was made of another candidate, before an edit.' },
  ],
});

const ACTIONS = Object.entries(RELEASE_ACTIONS) as [Action, (typeof RELEASE_ACTIONS)[Action]][];

export const ReleaseAction = enumType({
  name: 'ReleaseAction',
  description: 'Something that can be done with a release.',
  members: ACTIONS.map(([name, { states, words }]) => ({
    name,
    description: `It can be ${words} while it is ${states.join(', ')}.`,
  })),
});
