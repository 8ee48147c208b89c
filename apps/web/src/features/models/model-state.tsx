/** @file How the state of a model is shown: a dot and a word. */
import type { ModelKind, ModelState } from '@/generated/graphql.ts';
import classes from './models.module.css';

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

/** Dot and word in a quiet pill. */
export function ModelStateBadge({ state }: { readonly state: ModelState }) {
  return (
    <span className={classes.state} data-state={state}>
      <span className={classes.stateDot} aria-hidden />
      {MODEL_STATES[state]}
    </span>
  );
}
