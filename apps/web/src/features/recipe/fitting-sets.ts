/** @file Which of a team's sets a recipe may name, given its models. Pure. */
import type { NewRunPageQuery } from '@/generated/graphql.ts';
import type { ChosenModels } from './model-choice.tsx';
import { isList, type RecipeState } from './recipe-values.ts';

type Team = NonNullable<NewRunPageQuery['team']>;

/** Names by the path of the field that takes them. */
export type FittingSets = Readonly<Record<string, readonly string[]>>;

const GALLERY = 'references.gallery';
const COVARIATES = 'variations.covariates';
const EXPRESSIONS = 'variations.expressions';

/** The READY sets of these models, and the expressions that the chosen covariate set has. */
export function fittingSets(
  team: Pick<Team, 'galleries' | 'covariateSets'>,
  models: ChosenModels,
  state: RecipeState,
): FittingSets {
  const galleries = team.galleries.edges
    .map(({ node }) => node)
    .filter((set) => set.state === 'READY' && nameOf(set.recogniser) === models.recogniser);
  const covariates = team.covariateSets.edges
    .map(({ node }) => node)
    .filter((set) => set.state === 'READY' && nameOf(set.generator) === models.generator);
  const chosen = covariates.find((set) => nameOf(set) === state.values[COVARIATES]);
  return {
    [GALLERY]: galleries.map(nameOf),
    [COVARIATES]: covariates.map(nameOf),
    [EXPRESSIONS]:
      chosen?.directions
        .filter(({ covariate }) => covariate === 'expression')
        .map(({ positive }) => positive) ?? [],
  };
}

/** What the chosen sets lack, by field: a set of another model, or an expression that the set does not have. */
export function setProblems(
  sets: FittingSets,
  models: ChosenModels,
  state: RecipeState,
  isTaken: (path: string) => boolean,
): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const [path, model] of [
    [GALLERY, models.recogniser],
    [COVARIATES, models.generator],
  ] as const) {
    const value = state.values[path];
    if (!isTaken(path) || typeof value !== 'string' || value === '') continue;
    if (sets[path]?.includes(value) !== true) {
      problems[path] = `Your team has no ${value} that is ready for ${model}.`;
    }
  }
  const wanted = state.values[EXPRESSIONS];
  const known = sets[EXPRESSIONS] ?? [];
  if (isTaken(EXPRESSIONS) && problems[COVARIATES] === undefined && isList(wanted)) {
    const missing = wanted.filter((name) => !known.includes(name));
    if (missing.length > 0 && known.length > 0) {
      problems[EXPRESSIONS] =
        `The covariate set has no ${missing.join(', ')}; it has ${known.join(', ')}.`;
    }
  }
  return problems;
}

function nameOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}
