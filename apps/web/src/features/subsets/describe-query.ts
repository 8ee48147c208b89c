/** @file A query in a few words, for lists. Pure. */
import { formatCounted } from '@/lib/format.ts';
import type { QueryState } from './query-state.ts';
import type { Range } from './ranges.ts';

/** Such as "variations, θ up to 0.5, 2 of each identity"; "everything" where nothing is asked. */
export function describeQuery(state: QueryState): string {
  const parts = [
    state.kind === null ? '' : state.kind === 'REFERENCE' ? 'references' : 'variations',
    range('θ', state.theta),
    range('quality', state.quality),
    range('nearest identity', state.nearest),
    range('spread', state.spread),
    range('image', state.ordinal),
    range('identity', state.identity),
    state.only.length === 0
      ? ''
      : formatCounted(state.only.length, 'chosen identity', 'chosen identities'),
    ...state.covariates.map((covariate) => range(covariate.name, covariate)),
    state.further.trim() === '' ? '' : 'further conditions',
    state.maxIdentities === null
      ? ''
      : formatCounted(state.maxIdentities, 'identity', 'identities'),
    state.perIdentity === null ? '' : `${String(state.perIdentity)} of each identity`,
    state.limit === null ? '' : `${String(state.limit)} in all`,
    state.seed === null ? '' : `drawn by seed ${String(state.seed)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

function range(name: string, { min, max }: Range): string {
  if (min !== null && max !== null) return `${name} ${String(min)} to ${String(max)}`;
  if (min !== null) return `${name} from ${String(min)}`;
  return max === null ? '' : `${name} up to ${String(max)}`;
}
