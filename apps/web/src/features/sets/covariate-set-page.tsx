'use client';
/** @file One covariate set: each direction as a strip of faces, and what is known of it. */
import { useQuery } from '@apollo/client/react';
import { Badge, Stack, Text } from '@mantine/core';
import { CopyText } from '@/components/copy-text.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { CovariateSetPageDocument, type CovariateSetPageQuery } from '@/generated/graphql.ts';
import { shortDigest } from '@/lib/format.ts';
import { covariatesPath, teamPath } from '@/lib/routes.ts';
import { ModelStateBadge } from '../models/model-state.tsx';
import { DirectionPanel } from './direction-panel.tsx';
import { usePollWhile } from './poll-while.ts';
import { ProjectionPanel } from './projection-panel.tsx';
import { SetNotice, SetSkeleton, SourceFacts } from './set-parts.tsx';

type CovariateSet = NonNullable<NonNullable<CovariateSetPageQuery['team']>['covariateSet']>;

const SOURCES: Readonly<Record<CovariateSet['sourceKind'], string>> = {
  LATENTS: 'Labelled latents',
  IMAGES: 'Labelled images, projected',
  BUILT_IN: 'The generator’s own labelled factors',
};

interface CovariateSetPageProps {
  readonly team: string;
  readonly name: string;
  readonly version: string;
}

/** The page at `/t/<team>/covariates/<name>/<version>`. */
export function CovariateSetPage({ team: slug, name, version }: CovariateSetPageProps) {
  const query = useQuery(CovariateSetPageDocument, {
    variables: { team: slug, name, version },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const { data, error, refetch } = query;
  usePollWhile(data?.team?.covariateSet?.state === 'CHECKING', query);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <SetSkeleton what="covariate set" />;
  }
  const { team } = data;
  const set = team?.covariateSet ?? null;
  if (team === null || set === null)
    return (
      <NotFoundState
        what="covariate set"
        backHref={covariatesPath(slug)}
        backLabel="All covariate sets"
      />
    );
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(slug) },
          { label: 'Covariates', href: covariatesPath(slug) },
          { label: `${name}@${version}` },
        ]}
        title={
          <>
            {name}
            <Text span inherit c="dimmed" fw={440}>
              @{version}
            </Text>
          </>
        }
        badge={
          <>
            <ModelStateBadge state={set.state} />
            {set.isBuiltIn && <Badge color="gray">Built in</Badge>}
          </>
        }
        description={set.description}
        actions={
          <>
            {set.digest !== null && (
              <CopyText value={set.digest} label={`Copy digest ${shortDigest(set.digest)}`}>
                <code>{shortDigest(set.digest)}</code>
              </CopyText>
            )}
            <LineageLink team={slug} id={set.id} />
          </>
        }
      />
      <Stack gap={20}>
        <SetNotice
          set={set}
          what="covariate set"
          listHref={covariatesPath(slug)}
          making={{
            title: set.sourceKind === 'IMAGES' ? 'Images are being projected' : 'Being fitted',
            sentence:
              'A worker fits a direction to each pair of classes and renders faces along it; this page follows it.',
          }}
        />
        {set.directions.map((direction) => (
          <DirectionPanel
            key={`${direction.covariate} ${direction.negative} ${direction.positive}`}
            direction={direction}
            onExpired={() => void refetch()}
          />
        ))}
        {set.projection !== null && <ProjectionPanel projection={set.projection} />}
        <Panel title="Source">
          <SourceFacts
            team={slug}
            madeFrom={SOURCES[set.sourceKind]}
            set={set}
            models={[
              ['Generator', set.generator],
              ...(set.recogniser === null ? [] : [['Compared by', set.recogniser] as const]),
            ]}
          />
        </Panel>
      </Stack>
    </>
  );
}
