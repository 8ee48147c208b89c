'use client';
/** @file Which samples of a version: by controls, with counts, faces and the GraphQL that does the same. */
import { useQuery } from '@apollo/client/react';
import { Alert, Button, Group, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useSearchParams } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import { CopyText } from '@/components/copy-text.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  type FacetsFragment,
  QueryPageDocument,
  type QueryPageQuery,
} from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatCount } from '@/lib/format.ts';
import type { IdentityPlace } from '@/lib/identity-place.ts';
import { readMetrics } from '@/lib/metrics.ts';
import { may } from '@/lib/roles.ts';
import { datasetPath, identityPath, teamPath, versionPath } from '@/lib/routes.ts';
import { Controls } from './controls.tsx';
import { GraphqlText } from './graphql-text.tsx';
import { LikenessPanel } from './likeness-panel.tsx';
import { MakeVersionDialog } from './make-version-dialog.tsx';
import {
  EVERYTHING,
  problemsOf,
  type QueryState,
  readAddress,
  toQuery,
  writeAddress,
} from './query-state.ts';
import { SampleFaces } from './sample-faces.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { SavedSubsets } from './saved-subsets.tsx';
import classes from './subsets.module.css';
import { useFacets } from './use-facets.ts';

const SETTLE_MS = 250;
const PAGE_SIZE = 48;

type Team = NonNullable<QueryPageQuery['team']>;
type Dataset = NonNullable<Team['dataset']>;
type Version = NonNullable<Dataset['version']>;

interface QueryPageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
}

/** The page at `…/v/<number>/query`. */
export function QueryPage({ team: teamSlug, dataset: slug, number }: QueryPageProps) {
  const { data, error, refetch } = useQuery(QueryPageDocument, {
    variables: { team: teamSlug, dataset: slug, number },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={480} role="status" aria-label="Loading the version" />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const version = dataset?.version ?? null;
  if (team === null || dataset === null || version === null)
    return (
      <NotFoundState
        what="version"
        backHref={datasetPath(teamSlug, slug)}
        backLabel="To the dataset"
      />
    );
  return <Builder key={version.id} team={team} dataset={dataset} version={version} />;
}

interface BuilderProps {
  readonly team: Team;
  readonly dataset: Dataset;
  readonly version: Version;
}

function Builder({ team, dataset, version }: BuilderProps) {
  const params = useSearchParams();
  const [opened] = useState(() => readAddress(params.toString()));
  const [state, setState] = useState(opened.state);
  const [doubts, setDoubts] = useState(opened.problems);
  const problems = useMemo(() => problemsOf(state), [state]);
  const isSound = Object.keys(problems).length === 0;
  // The last conditions that make sense are what is asked for; the faces stay while somebody types.
  const [asked, setAsked] = useState(() => (isSound ? opened.state : EVERYTHING));
  const [settled] = useDebouncedValue(asked, SETTLE_MS);
  const [dialog, setDialog] = useState<'save' | 'version' | null>(null);
  // Two changes may come before the page is drawn again; the second one builds on the first.
  const latest = useRef(state);
  const change = (part: Partial<QueryState>) => {
    const next = { ...latest.current, ...part };
    latest.current = next;
    setState(next);
    setDoubts([]);
    if (Object.keys(problemsOf(next)).length === 0) setAsked(next);
    const address = writeAddress(next);
    window.history.replaceState(
      null,
      '',
      `${window.location.pathname}${address === '' ? '' : `?${address}`}`,
    );
  };
  const variables = useMemo(
    () => ({
      version: version.id,
      query: toQuery(settled),
      orderBy: settled.order,
      first: PAGE_SIZE,
    }),
    [version.id, settled],
  );
  const whole = useFacets(version.id, EVERYTHING);
  const now = useFacets(version.id, settled);
  const mayChange = may(team.viewerRole, 'makeVersion');
  const hrefOf = (identity: IdentityPlace) =>
    identityPath(team.slug, dataset.slug, version.number, identity);
  const hasSeveralRuns = version.runNumbers.length > 1;
  const isStale = !isSound || settled !== asked;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(team.slug) },
          { label: dataset.title, href: datasetPath(team.slug, dataset.slug) },
          {
            label: `Version ${String(version.number)}`,
            href: versionPath(team.slug, dataset.slug, version.number),
          },
          { label: 'Query' },
        ]}
        title="Query"
        description="Choose samples by what is known of them. The address of this page holds the whole query: send it to a colleague."
        actions={
          <Group gap="xs">
            <CopyText
              value={typeof window === 'undefined' ? '' : addressOf(state)}
              label="Copy the address"
            >
              Address
            </CopyText>
            {mayChange && (
              <>
                <Button
                  variant="default"
                  disabled={!isSound}
                  onClick={() => {
                    setDialog('save');
                  }}
                >
                  Save subset
                </Button>
                <Button
                  disabled={!isSound || now.facets?.sampleCount === 0}
                  onClick={() => {
                    setDialog('version');
                  }}
                >
                  Make a version
                </Button>
              </>
            )}
          </Group>
        }
      />
      {doubts.length > 0 && (
        <Alert color="amber" role="alert" mb="md" title="A part of the address could not be read">
          {doubts.join(' ')}
        </Alert>
      )}
      <div className={classes.columns}>
        <Controls
          state={state}
          problems={problems}
          onChange={change}
          whole={whole.facets}
          now={now.facets}
          directions={directionsOf(version)}
        />
        <div className={classes.column}>
          <Counts facets={now.facets} error={now.error} version={version} />
          <Panel
            title="Faces"
            hint={`Below a face: ${hasSeveralRuns ? 'run-identity/image, such as r3-42/1' : 'identity/image'}, and θ to the reference in radians.`}
          >
            <SampleFaces
              variables={variables}
              hasSeveralRuns={hasSeveralRuns}
              hrefOf={hrefOf}
              isStale={isStale}
              onClear={() => {
                change(EVERYTHING);
              }}
            />
          </Panel>
          <LikenessPanel
            versionId={version.id}
            ict={readMetrics(version.metrics).ict}
            runNumbers={version.runNumbers}
            hrefOf={hrefOf}
            onChoose={(only) => {
              change({ only });
            }}
          />
          <SavedSubsets
            team={team.slug}
            dataset={dataset.slug}
            subsets={version.subsets}
            mayChange={mayChange}
            onOpen={(saved) => {
              change(saved);
              window.scrollTo({ top: 0 });
            }}
          />
          <GraphqlText variables={variables} />
        </div>
      </div>
      {dialog === 'save' && (
        <SaveDialog
          versionId={version.id}
          query={toQuery(state)}
          onClose={() => {
            setDialog(null);
          }}
        />
      )}
      {dialog === 'version' && (
        <MakeVersionDialog
          team={team.slug}
          dataset={dataset.slug}
          from={{ versionId: version.id, query: toQuery(state) }}
          onClose={() => {
            setDialog(null);
          }}
        />
      )}
    </>
  );
}

function Counts({
  facets,
  error,
  version,
}: {
  readonly facets: FacetsFragment | undefined;
  readonly error: unknown;
  readonly version: Version;
}) {
  if (error !== undefined)
    return (
      <Alert color="clay" role="alert">
        The counts could not be read. {describeError(error).message}
      </Alert>
    );
  const count = (kind: 'REFERENCE' | 'VARIATION') =>
    facets?.kinds.find((each) => each.kind === kind)?.count;
  return (
    <div aria-live="polite">
      <FigureRow>
        <Figure
          label="Selected"
          value={formatCount(facets?.sampleCount)}
          note={`of ${formatCount(version.sampleCount)} images`}
        />
        <Figure
          label="Identities"
          value={formatCount(facets?.identityCount)}
          note={`of ${formatCount(version.identityCount)}`}
        />
        <Figure label="References" value={formatCount(count('REFERENCE'))} />
        <Figure label="Variations" value={formatCount(count('VARIATION'))} />
      </FigureRow>
    </div>
  );
}

function directionsOf({ runs }: Version): readonly string[] {
  const names = runs.flatMap(
    ({ recipe }) =>
      recipe?.covariateSet?.directions.map(
        ({ covariate, negative, positive }) => `${covariate}:${negative}/${positive}`,
      ) ?? [],
  );
  return [...new Set(names)].toSorted();
}

function addressOf(state: QueryState): string {
  const search = writeAddress(state);
  return `${window.location.origin}${window.location.pathname}${search === '' ? '' : `?${search}`}`;
}
