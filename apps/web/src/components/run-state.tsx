/** @file How the state of a run is shown everywhere: a dot and a word. */
import type { RunKind, RunStage, RunState } from '@/generated/graphql.ts';
import { StateBadge, StateDot, type Standing } from './state-badge.tsx';

/** The states in plain words. */
export const STATE_WORDS: Record<RunState, string> = {
  QUEUED: 'Waiting',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  SUCCEEDED: 'Finished',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

/** The stages in plain words, in order. */
export const STAGES: readonly {
  readonly stage: RunStage;
  readonly word: string;
  readonly does: string;
}[] = [
  {
    stage: 'PREPARE',
    word: 'Prepare',
    does: 'Checks the models and builds what is needed to move faces apart.',
  },
  {
    stage: 'REFERENCES',
    word: 'References',
    does: 'Moves the identities apart, iteration by iteration.',
  },
  { stage: 'VARIATIONS', word: 'Variations', does: 'Makes different pictures of every identity.' },
  { stage: 'RENDER', word: 'Images', does: 'Draws, marks and packs every image.' },
  { stage: 'MEASURE', word: 'Measure', does: 'Measures all distances.' },
  { stage: 'COMMIT', word: 'Version', does: 'Writes the version and settles the budget.' },
];

/** What the stages of an import do; it has nothing to move or to vary. */
const IMPORT_DOES: Partial<Record<RunStage, string>> = {
  PREPARE: 'Reads every image that was sent and says which cannot be used.',
  RENDER: 'Packs the images as they are, and embeds them where there is a recogniser.',
  MEASURE: 'Measures all distances, where there are embeddings.',
  COMMIT: 'Writes the version and settles the budget.',
};

/** The stages that a run of that kind goes through. */
export function stagesOf(kind: RunKind): typeof STAGES {
  if (kind === 'SAMPLING') return STAGES;
  return STAGES.flatMap((each) => {
    const does = IMPORT_DOES[each.stage];
    return does === undefined ? [] : [{ ...each, does }];
  });
}

/** True while something may still change; a paused run may be resumed. */
export function isActive(state: RunState): boolean {
  return state === 'QUEUED' || state === 'RUNNING' || state === 'PAUSED';
}

const STANDINGS: Readonly<Record<RunState, Standing>> = {
  QUEUED: { tone: 'waiting' },
  RUNNING: { tone: 'good', look: 'beating' },
  PAUSED: { tone: 'waiting' },
  SUCCEEDED: { tone: 'good' },
  FAILED: { tone: 'bad' },
  CANCELLED: { tone: 'quiet', look: 'hollow' },
};

/** A coloured dot; beats while the run is at work. */
export function RunStateDot({ state }: { readonly state: RunState }) {
  return <StateDot standing={STANDINGS[state]} />;
}

/** Dot and word. */
export function RunStateBadge({ state }: { readonly state: RunState }) {
  return <StateBadge standing={STANDINGS[state]}>{STATE_WORDS[state]}</StateBadge>;
}
