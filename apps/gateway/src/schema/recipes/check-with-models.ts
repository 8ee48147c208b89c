/** @file A recipe document checked against its schema and against the models of its team. */
import type { Actor, Catalog, ModelKind, ModelVersion, Prisma } from '@colloid/catalog';
import { namedSets, type NamedSets } from '@colloid/pipeline/client';

import { InputProblems } from '../../graphql/errors.ts';
import type { UserErrorSource } from '../../graphql/errors.ts';
import { checkRecipe } from './read-recipe.ts';

/** What the catalog keeps of a recipe. */
export interface CheckedDefinition extends NamedSets {
  readonly definition: Prisma.InputJsonObject;
  readonly generatorVersionId: string;
  readonly recogniserVersionId: string;
}

/** @throws InputProblems with everything that is wrong, of the document and of its models, at once. */
export async function checkWithModels(
  catalog: Catalog,
  input: { readonly actor: Actor; readonly teamId: string; readonly definition: unknown },
): Promise<CheckedDefinition> {
  const { actor, teamId } = input;
  const models = await catalog.models.listModelVersions({ actor, teamId });
  const { recipe, problems } = checkRecipe(input.definition);
  const generator = findModel(models, 'GENERATOR', input.definition);
  const recogniser = findModel(models, 'RECOGNISER', input.definition);
  if (recipe === null || generator.model === null || recogniser.model === null) {
    throw new InputProblems([...problems, ...generator.problems, ...recogniser.problems]);
  }
  return {
    // Its schema is JSON all through, which its type does not say.
    definition: recipe as unknown as Prisma.InputJsonObject,
    generatorVersionId: generator.model.id,
    recogniserVersionId: recogniser.model.id,
    ...namedSets(recipe),
  };
}

interface FoundModel {
  readonly model: ModelVersion | null;
  readonly problems: readonly UserErrorSource[];
}

function findModel(
  models: readonly ModelVersion[],
  kind: ModelKind,
  definition: unknown,
): FoundModel {
  const field = kind === 'GENERATOR' ? 'generator' : 'recogniser';
  const wanted = Object(definition) as { readonly [name: string]: unknown };
  const reference = wanted[field];
  // A reference that is none is a problem that the schema of recipes reports.
  if (typeof reference !== 'string') return { model: null, problems: [] };
  const ofKind = models.filter((model) => model.kind === kind);
  const model = ofKind.find(({ name, version }) => `${name}@${version}` === reference) ?? null;
  if (model !== null) return { model, problems: [] };
  const known = ofKind.map(({ name, version }) => `${name}@${version}`).join(', ');
  const message = `The team has no ${field} '${reference}'; it has ${known === '' ? 'none yet' : known}.`;
  return { model, problems: [{ code: 'INVALID', message, path: ['definition', field] }] };
}
