/** @file BUDGET_AND_ICT: the version keeps within the identity budgets above it, and its identities as far apart as these ask. */

import type { IdentityBudget } from '@colloid/catalog';
import { openPairs } from '@colloid/sampler';

import {
  betweenIdentities,
  type Check,
  type CheckContext,
  counted,
  MOST_LISTED,
  within,
} from './check.ts';
import {
  type ReferenceSet,
  referenceSets,
  runsWithoutEmbeddings,
} from '../../versions/embeddings.ts';
import { rowsToLeave } from './leave-out.ts';

/** Angles of float32 embeddings are no more exact than this, radians. */
const ROUNDING = 1e-4;
/** Identities to leave out that evidence names: a query takes no longer list. */
const MOST_LEFT_OUT = 10_000;

export const budgetAndIct: Check = async (context) => {
  const { version } = context;
  const separation = Math.max(0, ...version.budgets.map(({ minSeparation }) => minSeparation));
  const problems = version.budgets.flatMap((budget) => overspent(budget, context));
  if (version.budgets.length === 0)
    problems.push(
      'Neither the dataset nor the team has an identity budget, so nothing says what to keep to; set one.',
    );
  const unknown = runsWithoutEmbeddings(context);
  if (separation > 0 && unknown.length > 0)
    problems.push(
      `${counted(unknown.length, 'run')} of the version (${unknown.join(', ')}) ${unknown.length === 1 ? 'has' : 'have'} no embeddings, so nothing says how far apart the identities are; leave these images out by a subset.`,
    );
  context.report(0, 'embeddings of the references');
  const references = await referenceSets(context);
  const sets: Awaited<ReturnType<typeof nearestOf>>[] = [];
  for (const set of references) {
    const [from, to] = [sets.length, sets.length + 1].map((done) => done / references.length);
    const report = within(context.report, from ?? 0, to ?? 1);
    sets.push(await nearestOf({ ...context, report }, set, separation));
  }
  const close = sets.reduce((sum, set) => sum + set.tooClose, 0);
  const least = Math.min(Math.PI, ...sets.map(({ smallest }) => smallest ?? Math.PI));
  const leaving = sets.reduce((sum, { leaveOut }) => sum + leaveOut.length, 0);
  if (close > 0)
    problems.push(
      `${counted(close, 'identity', 'identities')} ${close === 1 ? 'is' : 'are'} nearer than ${separation} rad to another, the closest at ${least.toFixed(4)} rad; release a subset without ${leaving} of them, or ask a maintainer for a budget with less separation.`,
    );
  const evidence = {
    identities: version.identityCount,
    samples: version.sampleCount,
    separation,
    budgets: version.budgets.map(budgetOf),
    recipes: version.parts.flatMap(({ number, recipe }) =>
      recipe === null
        ? []
        : {
            run: number,
            recipe: `${recipe.name} ${recipe.version}`,
            interClassThreshold: thresholdOf(recipe.definition),
          },
    ),
    runsWithoutEmbeddings: unknown,
    recognisers: sets.map((set) =>
      Object.assign({}, set, {
        leaveOut: set.leaveOut.length > MOST_LEFT_OUT ? null : set.leaveOut,
      }),
    ),
  };
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length > 1 ? ` ${counted(problems.length - 1, 'problem')} more.` : '';
    return { isPassed: false, sentence: `${first}${more}`, evidence };
  }
  const kept = `${counted(version.identityCount, 'identity', 'identities')} and ${counted(version.sampleCount, 'image')} are within the budget`;
  return {
    isPassed: true,
    sentence:
      unknown.length > 0
        ? `${kept}, which asks for no separation; run ${unknown.join(', ')} has no embeddings, so how far apart its identities are is not known.`
        : `${kept}, and no two identities are nearer than ${separation} rad (the closest: ${least.toFixed(4)}).`,
    evidence,
  };
};

function overspent(budget: IdentityBudget, { version }: CheckContext): string[] {
  const owner = budget.datasetId === null ? "The team's budget" : "The dataset's budget";
  const amounts = [
    ['identities', version.identityCount, budget.usedIdentities, budget.maxIdentities],
    ['images', version.sampleCount, budget.usedSamples, budget.maxSamples],
  ] as const;
  return amounts.flatMap(([unit, held, used, most]) =>
    held <= most && used <= most
      ? []
      : [
          `${owner} is ${most} ${unit}; the version holds ${held}, and ${used} are used; release a subset, or ask a maintainer to raise the budget.`,
        ],
  );
}

function budgetOf(budget: IdentityBudget) {
  const { maxIdentities, maxSamples, usedIdentities, usedSamples, minSeparation } = budget;
  return {
    of: budget.datasetId === null ? 'team' : 'dataset',
    maxIdentities,
    maxSamples,
    usedIdentities,
    usedSamples,
    minSeparation,
  };
}

/** Distances within one recogniser's references, radians. */
async function nearestOf(
  { runtime, signal, report }: CheckContext,
  { recogniser, embeddingDim, rows, owners }: ReferenceSet,
  separation: number,
) {
  const identities = owners.length;
  if (identities < 2)
    return { recogniser, identities, smallest: null, tooClose: 0, closest: [], leaveOut: [] };
  const pairs = openPairs(runtime, { embeddingDim });
  const least = separation - ROUNDING;
  try {
    const onProgress = betweenIdentities(report, identities);
    const { theta, index } = await pairs.nearest(rows, { signal, onProgress });
    const order = [...theta.keys()].filter((row) => (theta[row] ?? 0) < least);
    const closest = order
      .toSorted((a, b) => (theta[a] ?? 0) - (theta[b] ?? 0))
      .slice(0, MOST_LISTED)
      .map((row) => ({
        of: ownerOf(owners, row),
        nearest: ownerOf(owners, index[row] ?? -1),
        theta: theta[row] ?? 0,
      }));
    let smallest = Math.PI;
    for (const angle of theta) smallest = Math.min(smallest, angle);
    const leaving = await rowsToLeave(pairs, { rows, dim: embeddingDim, least, signal });
    const leaveOut = leaving.map((row) => ownerOf(owners, row));
    return { recogniser, identities, smallest, tooClose: order.length, closest, leaveOut };
  } finally {
    await pairs.close();
  }
}

function ownerOf(owners: ReferenceSet['owners'], row: number) {
  const { run = 0, identity = 0 } = owners[row] ?? {};
  return { run, identity };
}

/** The inter-class threshold of a recipe document, radians; null where it has none. */
function thresholdOf(definition: unknown): number | null {
  const at = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : null;
  const found = at(at(at(definition, 'references'), 'parameters'), 'interClassThreshold');
  return typeof found === 'number' ? found : null;
}
