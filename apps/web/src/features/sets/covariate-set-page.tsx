'use client';
/** @file One covariate set: each direction as a strip of faces, and what is known of it. */
import { useQuery } from '@apollo/client/react';
import { Alert, Badge, Loader, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import Link from 'next/link';
import { CopyText } from '@/components/copy-text.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { CovariateSetPageDocument, type CovariateSetPageQuery } from '@/generated/graphql.ts';
import { shortDigest } from '@/lib/format.ts';
import { covariatesPath, modelPath, teamPath } from '@/lib/routes.ts';
import { ModelStateBadge } from '../models/model-state.tsx';
import { DirectionPanel } from './direction-panel.tsx';
import { usePollWhile } from './poll-while.ts';
import { ProjectionPanel } from './projection-panel.tsx';
import classes from './sets.module.css';

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
    return <SetSkeleton />;
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
              <CopyText value={set.digest} label="Copy digest">
                <code>{shortDigest(set.digest)}</code>
              </CopyText>
            )}
            <LineageLink team={slug} id={set.id} />
          </>
        }
      />
      <Stack gap={20}>
        <StateNotice set={set} />
        {set.directions.map((direction) => (
          <DirectionPanel
            key={`${direction.covariate} ${direction.negative} ${direction.positive}`}
            direction={direction}
            onExpired={() => void refetch()}
          />
        ))}
        {set.projection !== null && <ProjectionPanel projection={set.projection} />}
        <SourcePanel team={slug} set={set} />
      </Stack>
    </>
  );
}

function StateNotice({ set }: { readonly set: CovariateSet }) {
  if (set.state === 'CHECKING') {
    return (
      <Alert
        color="amber"
        icon={<Loader size={18} color="amber" />}
        title={set.sourceKind === 'IMAGES' ? 'Images are being projected' : 'Being fitted'}
        role="status"
      >
        <Text size="sm">
          A worker fits a direction to each pair of classes and renders faces along it; this page
          follows it.
        </Text>
        <Progress
          value={set.progress * 100}
          size={6}
          mt={10}
          maw={420}
          aria-label="Progress of the covariate set"
        />
      </Alert>
    );
  }
  if (set.state !== 'REFUSED') return null;
  return (
    <Alert
      color="clay"
      icon={<IconAlertTriangle size={20} />}
      title="This set cannot be used"
      role="alert"
    >
      <Text className={classes.sentence}>{set.refusal}</Text>
    </Alert>
  );
}

function SourcePanel({ team, set }: { readonly team: string; readonly set: CovariateSet }) {
  return (
    <Panel title="Source">
      <dl className={classes.facts}>
        <dt>Made from</dt>
        <dd>{SOURCES[set.sourceKind]}</dd>
        {set.sourceFiles.map(({ name, digest }) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>
              <CopyText value={digest} label="Copy digest">
                <code>{shortDigest(digest)}</code>
              </CopyText>
            </dd>
          </div>
        ))}
        <dt>Generator</dt>
        <dd>
          <Link href={modelPath(team, set.generator)} className={classes.link}>
            {set.generator.name}@{set.generator.version}
          </Link>
        </dd>
        {set.recogniser !== null && (
          <>
            <dt>Compared by</dt>
            <dd>
              <Link href={modelPath(team, set.recogniser)} className={classes.link}>
                {set.recogniser.name}@{set.recogniser.version}
              </Link>
            </dd>
          </>
        )}
        {set.licence !== null && (
          <>
            <dt>Licence</dt>
            <dd>{set.licence}</dd>
          </>
        )}
        <dt>Registered</dt>
        <dd>
          {set.createdBy !== null && `by ${set.createdBy.name} `}
          <Moment at={set.createdAt} />
        </dd>
      </dl>
    </Panel>
  );
}

function SetSkeleton() {
  return (
    <div role="status" aria-label="Loading the covariate set">
      <Skeleton h={16} w={240} mb={12} />
      <Skeleton h={30} w={300} mb={28} />
      <Stack gap={20}>
        <Skeleton h={280} />
        <Skeleton h={280} />
      </Stack>
    </div>
  );
}
