/** @file How the state of a model is shown: a dot and a word. */
import { StateBadge, type Standing } from '@/components/state-badge.tsx';
import type { ModelKind, ModelState } from '@/generated/graphql.ts';

/** The states in plain words. */
export const MODEL_STATES: Readonly<Record<ModelState, string>> = {
  CHECKING: 'Being checked',
  READY: 'Ready',
  REFUSED: 'Refused',
};

/** The kinds in plain words. */
export const MODEL_KINDS: Readonly<
  Record<ModelKind, { readonly one: string; readonly many: string; readonly does: string }>
> = {
  GENERATOR: { one: 'Generator', many: 'Generators', does: 'make a face out of a latent' },
  RECOGNISER: { one: 'Recogniser', many: 'Recognisers', does: 'tell whose face it is' },
};

const STANDINGS: Readonly<Record<ModelState, Standing>> = {
  CHECKING: { tone: 'waiting', look: 'beating' },
  READY: { tone: 'good' },
  REFUSED: { tone: 'bad' },
};

/** Dot and word. */
export function ModelStateBadge({ state }: { readonly state: ModelState }) {
  return <StateBadge standing={STANDINGS[state]}>{MODEL_STATES[state]}</StateBadge>;
}
