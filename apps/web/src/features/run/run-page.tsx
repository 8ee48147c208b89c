'use client';
/** @file One run, live or finished. */
import { Skeleton, Stack, Text } from '@mantine/core';
import { IconChartLine, IconPhotoSpark } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Explain, TERMS } from '@/components/explain.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { isActive, RunStateBadge } from '@/components/run-state.tsx';
import type { RunPageQuery } from '@/generated/graphql.ts';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { formatCounted, formatRadians } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { datasetPath, teamPath } from '@/lib/routes.ts';
import { isBranchable } from './branch-values.ts';
import { Cockpit } from './cockpit.tsx';
import { PreviewPlayer } from './preview-player.tsx';
import classes from './run.module.css';
import { RunControls } from './run-controls.tsx';
import { RunLog } from './run-log.tsx';
import { RunOutcome } from './run-outcome.tsx';
import { RunRecipe } from './run-recipe.tsx';
import { RunSource } from './run-source.tsx';
import { iterationsOf, type RunStream } from './run-stream.ts';
import { recipeFigure } from './recipe-figure.ts';
import { useRunStream } from './use-run-stream.ts';

const ThetaChart = dynamic(() => import('./theta-charts.tsx').then((module) => module.ThetaChart), {
  ssr: false,
  loading: () => <Skeleton h={260} />,
});
const ShareChart = dynamic(() => import('./theta-charts.tsx').then((module) => module.ShareChart), {
  ssr: false,
  loading: () => <Skeleton h={260} />,
});
const SmallMultiples = dynamic(
  () => import('./theta-charts.tsx').then((module) => module.SmallMultiples),
  { ssr: false },
);

interface RunPageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
}

/** The page at `…/runs/<number>`. */
export function RunPage({ team: teamSlug, dataset: datasetSlug, number }: RunPageProps) {
  const { data, error, stream, live, refetch } = useRunStream(teamSlug, datasetSlug, number);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={refetch} />;
    return <RunSkeleton />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const run = dataset?.run ?? null;
  if (team === null || dataset === null || run === null)
    return (
      <NotFoundState
        what="run"
        backHref={datasetPath(teamSlug, datasetSlug)}
        backLabel="To the dataset"
      />
    );
  const definition = run.recipe?.definition;
  const ict = recipeFigure(definition, 'references.parameters.interClassThreshold');
  const total = recipeFigure(definition, 'references.parameters.iterations');
  const canBranch = isBranchable(definition, definition);
  const isInTurn = recipeFigure(definition, 'references.parameters.triesPerIdentity') !== null;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: `Run ${String(number)}` },
        ]}
        title={run.message === '' ? `Run ${String(number)}` : run.message}
        badge={<RunStateBadge state={run.state} />}
        description={
          <Text size="sm" c="dimmed" className="figures">
            {sizeWords(run)} ·{' '}
            {run.createdBy === null ? 'started ' : `${run.createdBy.name} started it `}
            <Moment at={run.createdAt} />
            {run.machine !== null && ` · on ${run.machine}`}
            {run.provider !== null &&
              ` (${run.precision === null || run.precision === 'float32' ? run.provider : `${run.provider}, ${run.precision}`})`}
          </Text>
        }
        actions={
          <>
            {may(team.viewerRole, 'controlRun') && (
              <RunControls team={teamSlug} dataset={datasetSlug} run={run} canBranch={canBranch} />
            )}
            <LineageLink team={teamSlug} id={run.id} />
          </>
        }
      />
      <Stack gap={20}>
        <RunOutcome
          team={teamSlug}
          dataset={datasetSlug}
          run={run}
          live={live}
          ict={ict}
          canBranch={canBranch}
        />
        {run.imported !== null && (
          <>
            <RunSource imported={run.imported} />
            <Panel title="Log" hint="What was left out, with the reason of each file.">
              <RunLog lines={stream.logLines} />
            </Panel>
          </>
        )}
        {run.recipe !== null && (
          <Sampling
            team={teamSlug}
            run={{ ...run, recipe: run.recipe }}
            stream={stream}
            figures={{ ict, total, isInTurn }}
          />
        )}
      </Stack>
    </>
  );
}

type Run = NonNullable<NonNullable<NonNullable<RunPageQuery['team']>['dataset']>['run']>;

interface SamplingProps {
  readonly team: string;
  readonly run: Run & { readonly recipe: NonNullable<Run['recipe']> };
  readonly stream: RunStream;
  readonly figures: {
    readonly ict: number | null;
    readonly total: number | null;
    readonly isInTurn: boolean;
  };
}

/** Faces, figures and recipe of a run that moves identities apart. */
function Sampling({ team, run, stream, figures: { ict, total, isInTurn } }: SamplingProps) {
  const references = iterationsOf(stream, 'REFERENCES');
  const isLive = isActive(run.state);
  // Ended before there was anything to draw: empty charts would say no more than the log does.
  const hasNothing = !isLive && references.length === 0 && stream.previews.length === 0;
  return (
    <>
      <Cockpit
        run={run}
        points={references}
        total={total}
        isInTurn={isInTurn}
        previews={stream.previews}
      />
      {hasNothing && (
        <Panel title="Log">
          <RunLog lines={stream.logLines} />
        </Panel>
      )}
      {!hasNothing && (
        <>
          <div className={classes.watch}>
            <Panel
              title="Faces moving apart"
              hint="First the closest pair of the iteration, then identities that began close."
            >
              {stream.previews.length === 0 ? (
                <EmptyState
                  compact
                  icon={<IconPhotoSpark size={20} />}
                  title={isLive ? 'No preview yet' : 'No preview'}
                >
                  {isLive
                    ? 'The first faces appear with the first iteration.'
                    : 'This run ended before its first preview.'}
                </EmptyState>
              ) : (
                <PreviewPlayer previews={stream.previews} isLive={isLive} />
              )}
            </Panel>
            <Panel title="Log">
              <RunLog lines={stream.logLines} />
            </Panel>
          </div>
          <div className={classes.charts}>
            <Panel
              title="Distances between identities"
              hint={
                <>
                  <Explain text={TERMS.theta}>θ over all pairs, radians</Explain>
                  {ict !== null && (
                    <>
                      ; dashed: <Explain text={TERMS.ict}>ICT {formatRadians(ict)}</Explain>
                    </>
                  )}
                </>
              }
            >
              {references.length === 0 ? (
                <NoIterations isLive={isLive} />
              ) : (
                <ThetaChart points={references} total={total} ict={ict} />
              )}
            </Panel>
            <Panel
              title="Clearly different people"
              hint={<Explain text={TERMS.aboveIct}>share of pairs above the threshold</Explain>}
            >
              {references.length === 0 ? (
                <NoIterations isLive={isLive} />
              ) : (
                <ShareChart points={references} total={total} />
              )}
            </Panel>
          </div>
        </>
      )}
      {references.length > 1 && (
        <Panel
          title="How they moved"
          hint="Figures of the dynamics, at the last iteration and over all."
        >
          <SmallMultiples points={references} total={total} />
        </Panel>
      )}
      <RunRecipe team={team} recipe={run.recipe} />
    </>
  );
}

/** How much a run makes; of an import as far as that is known. */
function sizeWords({ kind, identityCount, samplesPerIdentity }: Run): string {
  if (kind === 'IMPORT' && identityCount === 0) return 'Import';
  const identities = formatCounted(identityCount, 'identity', 'identities');
  const images = formatCounted(samplesPerIdentity, 'image', 'images');
  return kind === 'IMPORT'
    ? `Import of ${identities}, at most ${images} each`
    : `${identities}, ${images} each`;
}

function NoIterations({ isLive }: { readonly isLive: boolean }) {
  return (
    <EmptyState
      compact
      icon={<IconChartLine size={20} />}
      title={isLive ? 'No iteration yet' : 'No iteration'}
    >
      {isLive
        ? 'The chart begins with the first one.'
        : 'This run ended before its first iteration.'}
    </EmptyState>
  );
}

function RunSkeleton() {
  return (
    <div role="status" aria-label="Loading the run">
      <Skeleton h={16} w={240} mb={12} />
      <Skeleton h={30} w={300} mb={28} />
      <Stack gap={20}>
        <Skeleton h={128} />
        <div className={classes.charts}>
          <Skeleton h={340} />
          <Skeleton h={340} />
        </div>
        <Skeleton h={300} />
      </Stack>
    </div>
  );
}
