'use client';
/** @file The recipe of a run: models, and every value of its document on demand. */
import { Accordion, Text } from '@mantine/core';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import type { RunPageQuery } from '@/generated/graphql.ts';
import classes from './run.module.css';

type Recipe = NonNullable<
  NonNullable<NonNullable<NonNullable<RunPageQuery['team']>['dataset']>['run']>['recipe']
>;

/** The panel on the run page. */
export function RunRecipe({ team, recipe }: { readonly team: string; readonly recipe: Recipe }) {
  return (
    <Panel
      title="Recipe"
      actions={<LineageLink team={team} id={recipe.id} of={`the recipe ${recipe.name}`} />}
    >
      <dl className={classes.facts}>
        <dt>Name</dt>
        <dd>
          {recipe.name}, version {recipe.version}
        </dd>
        <dt>Generator</dt>
        <dd>
          {recipe.generator.name}@{recipe.generator.version}
        </dd>
        <dt>Recogniser</dt>
        <dd>
          {recipe.recogniser.name}@{recipe.recogniser.version}
        </dd>
        {recipe.gallery !== null && (
          <>
            <dt>Gallery</dt>
            <dd>
              {recipe.gallery.name} {recipe.gallery.version}
            </dd>
          </>
        )}
        {recipe.covariateSet !== null && (
          <>
            <dt>Covariates</dt>
            <dd>
              {recipe.covariateSet.name} {recipe.covariateSet.version}
            </dd>
          </>
        )}
      </dl>
      <Accordion variant="default" mt={8} classNames={{ item: classes.accordion ?? '' }}>
        <Accordion.Item value="all">
          <Accordion.Control px={0}>
            <Text size="sm">All values</Text>
          </Accordion.Control>
          <Accordion.Panel styles={{ content: { padding: 0 } }}>
            <dl className={classes.facts}>
              {flatten(recipe.definition).map(([path, value]) => (
                <div key={path} style={{ display: 'contents' }}>
                  <dt>{path}</dt>
                  <dd className="figures">{value}</dd>
                </div>
              ))}
            </dl>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Panel>
  );
}

function flatten(json: unknown, prefix = ''): [string, string][] {
  if (Array.isArray(json)) return [[prefix, json.map(String).join(', ')]];
  if (typeof json !== 'object' || json === null) return [[prefix, String(json)]];
  return Object.entries(json).flatMap(([key, value]) =>
    flatten(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}
