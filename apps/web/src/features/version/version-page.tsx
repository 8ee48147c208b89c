'use client';
/** @file One version: key figures, what sampling changed, histograms, releases, identities. */
import { useQuery } from '@apollo/client/react';
import { Badge, Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import Link from 'next/link';
import { BeforeAfter } from '@/components/before-after.tsx';
import { CopyText } from '@/components/copy-text.tsx';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Explain, TERMS, Theta } from '@/components/explain.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { ORIGINS } from '@/features/dataset/origins.ts';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { VersionReleasesPanel } from '@/features/releases/releases-panel.tsx';
import { VersionPageDocument, type VersionPageQuery } from '@/generated/graphql.ts';
import { formatCount, formatDegrees, formatShare, shortDigest } from '@/lib/format.ts';
import { readMetrics, type VersionMetrics } from '@/lib/metrics.ts';
import { may } from '@/lib/roles.ts';
import {
  comparePath,
  datasetPath,
  queryPath,
  runPath,
  teamPath,
  versionPath,
} from '@/lib/routes.ts';
import { HistogramChart } from './histogram-chart.tsx';
import { IdentityGrid } from './identity-grid.tsx';
import { SelectedBy } from './selected-by.tsx';
import { VersionMeasures } from './version-measures.tsx';
import { VersionTags } from './version-tags.tsx';
import classes from './version.module.css';

type Version = NonNullable<
  NonNullable<NonNullable<VersionPageQuery['team']>['dataset']>['version']
>;

interface VersionPageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
}

/** The page at `…/v/<number>`. */
export function VersionPage({ team: teamSlug, dataset: datasetSlug, number }: VersionPageProps) {
  const { data, error, refetch } = useQuery(VersionPageDocument, {
    variables: { team: teamSlug, dataset: datasetSlug, number },
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <VersionSkeleton />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const version = dataset?.version ?? null;
  if (team === null || dataset === null || version === null)
    return (
      <NotFoundState
        what="version"
        backHref={datasetPath(teamSlug, datasetSlug)}
        backLabel="To the dataset"
      />
    );
  const metrics = readMetrics(version.metrics);
  const { word, Icon } = ORIGINS[version.origin];
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: `Version ${String(number)}` },
        ]}
        title={`Version ${String(number)}`}
        badge={
          <Badge color="gray" leftSection={<Icon size={13} stroke={1.8} />}>
            {word}
          </Badge>
        }
        description={
          <>
            {version.message !== '' && <Text>{version.message}</Text>}
            <Provenance team={teamSlug} dataset={datasetSlug} version={version} />
            <VersionTags version={version} mayChange={may(team.viewerRole, 'makeVersion')} />
          </>
        }
        actions={
          <>
            <CopyText value={version.digest} label={`Copy digest ${shortDigest(version.digest)}`}>
              <code>{shortDigest(version.digest)}</code>
            </CopyText>
            <LineageLink team={teamSlug} id={version.id} />
            {number > 1 && (
              <Button
                component={Link}
                variant="default"
                href={comparePath(teamSlug, datasetSlug, { before: number - 1, after: number })}
              >
                Compare
              </Button>
            )}
            <Button component={Link} href={queryPath(teamSlug, datasetSlug, number)}>
              Query
            </Button>
          </>
        }
      />
      <Stack gap={20}>
        <KeyFigures version={version} metrics={metrics} />
        <div className={classes.halves}>
          <Panel
            title="Same person, different people"
            hint="Angles within identities should lie left of the threshold, angles between them right of it."
          >
            {metrics.intra === null && metrics.inter === null ? (
              <EmptyState compact icon={<IconChartHistogram size={20} />} title="Not measured">
                Its distances are shown here as soon as they are.
              </EmptyState>
            ) : (
              <HistogramChart intra={metrics.intra} inter={metrics.inter} ict={metrics.ict} />
            )}
          </Panel>
          {metrics.before !== null && metrics.after !== null && (
            <Panel
              title="What sampling changed"
              hint="The identities as they were drawn at random, against how they ended."
            >
              <BeforeAfter before={metrics.before} after={metrics.after} ict={metrics.ict} />
              <Verification metrics={metrics} />
            </Panel>
          )}
        </div>
        <VersionReleasesPanel team={teamSlug} dataset={datasetSlug} number={number} />
        <VersionMeasures
          team={teamSlug}
          dataset={datasetSlug}
          version={version}
          mayMeasure={may(team.viewerRole, 'measureVersion')}
        />
        <IdentityGrid
          // Once it is measured, every tile has another angle.
          key={String(version.isNearestKnown)}
          team={teamSlug}
          dataset={datasetSlug}
          version={version}
          ict={metrics.ict}
        />
      </Stack>
    </>
  );
}

function Provenance({
  team,
  dataset,
  version,
}: {
  readonly team: string;
  readonly dataset: string;
  readonly version: Version;
}) {
  return (
    <Text size="sm" c="dimmed" mt={2}>
      {version.author === null ? '' : `${version.author.name} · `}
      <Moment at={version.createdAt} />
      {version.runs.map((run) => (
        <span key={run.id}>
          {' · '}
          <Link href={runPath(team, dataset, run.number)} className={classes.link}>
            run {run.number}
          </Link>{' '}
          {run.recipe !== null && `with ${run.recipe.name}, version ${String(run.recipe.version)}`}
          {run.imported !== null && importWords(run.imported)}
        </span>
      ))}
      {version.parents.map((parent) => (
        <span key={parent.id}>
          {' · from '}
          <Link href={versionPath(team, dataset, parent.number)} className={classes.link}>
            version {parent.number}
          </Link>
          {version.origin === 'SUBSET' && (
            <SelectedBy
              team={team}
              dataset={dataset}
              parent={parent.number}
              stored={version.query}
            />
          )}
        </span>
      ))}
    </Text>
  );
}

function KeyFigures({
  version,
  metrics,
}: {
  readonly version: Version;
  readonly metrics: VersionMetrics;
}) {
  return (
    <FigureRow>
      <Figure
        label="Identities"
        value={formatCount(version.identityCount)}
        note={`${formatCount(version.sampleCount)} images`}
      />
      <Figure
        label={<Explain text={TERMS.inter}>Smallest θ</Explain>}
        value={<Theta value={metrics.thetaMin} withUnit />}
        note={formatDegrees(metrics.thetaMin)}
      />
      <Figure
        label={<Explain text={TERMS.inter}>Mean θ</Explain>}
        value={<Theta value={metrics.thetaMean} withUnit />}
        note={formatDegrees(metrics.thetaMean)}
      />
      <Figure
        label={<Explain text={TERMS.aboveIct}>Pairs above ICT</Explain>}
        value={formatShare(metrics.aboveIct)}
        note={metrics.ict === null ? undefined : `ICT ${metrics.ict.toFixed(2)} rad`}
      />
      <Figure
        label={<Explain text={TERMS.intraBelowInter}>Recognisable</Explain>}
        value={formatShare(metrics.intraBelowInter)}
        note="of identities"
      />
    </FigureRow>
  );
}

function Verification({ metrics }: { readonly metrics: VersionMetrics }) {
  if (metrics.eer === null && metrics.tarAtFar.length === 0) return null;
  return (
    <dl className={classes.rates}>
      {metrics.eer !== null && (
        <div>
          <dt>
            <Explain text={TERMS.eer}>Equal error rate</Explain>
          </dt>
          <dd>{formatShare(metrics.eer)}</dd>
        </div>
      )}
      {metrics.tarAtFar.slice(0, 4).map(({ far, tar }) => (
        <div key={far}>
          <dt>
            <Explain
              text={`Share of genuine pairs accepted when ${formatShare(Number(far))} of impostor pairs are accepted too.`}
            >
              TAR @ FAR {far}
            </Explain>
          </dt>
          <dd>{formatShare(tar)}</dd>
        </div>
      ))}
    </dl>
  );
}

function VersionSkeleton() {
  return (
    <div role="status" aria-label="Loading the version">
      <Skeleton h={16} w={240} mb={12} />
      <Skeleton h={30} w={180} mb={28} />
      <Stack gap={20}>
        <Skeleton h={96} />
        <div className={classes.halves}>
          <Skeleton h={340} />
          <Skeleton h={340} />
        </div>
      </Stack>
    </div>
  );
}

/** Where imported images come from, behind the number of their run. */
function importWords(imported: NonNullable<Version['runs'][number]['imported']>): string {
  const { name, licence, isSynthetic, recogniser } = imported;
  return [
    `imported from ${name}`,
    licence === null ? 'no terms stated' : `under ${licence}`,
    isSynthetic ? 'declared synthetic' : 'not declared synthetic',
    recogniser === null
      ? 'not measured, for want of a recogniser'
      : `measured by ${recogniser.name}@${recogniser.version}`,
  ].join(' · ');
}
