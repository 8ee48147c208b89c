/** @file The terms of everything upstream: what a release has to keep to. */
import { Text } from '@mantine/core';
import Link from 'next/link';
import { Panel } from '@/components/panel.tsx';
import type { LineagePageQuery } from '@/generated/graphql.ts';
import { covariateSetPath, galleriesPath, modelPath } from '@/lib/routes.ts';
import classes from './lineage.module.css';

type Licence = NonNullable<LineagePageQuery['lineage']>['licences'][number];
type Source = Licence['entities'][number];

interface LineageLicencesProps {
  readonly team: string;
  readonly licences: readonly Licence[];
}

/** The panel below the drawing. */
export function LineageLicences({ team, licences }: LineageLicencesProps) {
  return (
    <Panel
      title="Terms upstream"
      hint="Licences of every model, gallery and covariate set that it was made from, however far back."
    >
      {licences.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing upstream that you may see carries terms of its own.
        </Text>
      ) : (
        <dl className={classes.licences}>
          {licences.map(({ licence, entities }) => (
            <div key={licence ?? ''}>
              <dt data-unstated={licence === null || undefined}>{licence ?? 'Not stated'}</dt>
              <dd>
                {entities.map((entity, index) => (
                  <span key={entity.id}>
                    {index > 0 && ', '}
                    <SourceLink team={team} entity={entity} />
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

function SourceLink({ team, entity }: { readonly team: string; readonly entity: Source }) {
  switch (entity.__typename) {
    case 'ModelVersion':
      return (
        <Link
          className={classes.link}
          href={modelPath(team, { ...entity, version: entity.modelVersion })}
        >
          {entity.name}@{entity.modelVersion}
        </Link>
      );
    case 'CovariateSet':
      return (
        <Link
          className={classes.link}
          href={covariateSetPath(team, { name: entity.name, version: entity.setVersion })}
        >
          {entity.name}@{entity.setVersion}
        </Link>
      );
    case 'Gallery':
      return (
        <Link className={classes.link} href={galleriesPath(team)}>
          {entity.name}@{entity.setVersion}
        </Link>
      );
    default:
      return null;
  }
}
