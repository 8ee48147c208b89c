'use client';
/** @file One identity in a version: its reference beside its nearest other, and what the version selected of its images. */
import { useQuery } from '@apollo/client/react';
import { Box, Group, Skeleton } from '@mantine/core';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { IdentityPageDocument, type IdentityPageQuery } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { type IdentityPlace, longName } from '@/lib/identity-place.ts';
import { readMetrics } from '@/lib/metrics.ts';
import { datasetPath, identityPath, teamPath, versionPath } from '@/lib/routes.ts';
import { AlikePanel } from './alike-panel.tsx';
import classes from './identity.module.css';
import { ReferencePair } from './reference-pair.tsx';
import { SameNumber } from './same-number.tsx';
import { Steps } from './steps.tsx';
import { VariationList } from './variation-list.tsx';

interface IdentityPageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
  /** The run is null where the address says the number alone, as those from before do. */
  readonly place: { readonly runNumber: number | null; readonly ordinal: number };
}

/** The page at `…/i/r<run>-<ordinal>`, and at `…/i/<ordinal>`. */
export function IdentityPage({
  team: teamSlug,
  dataset: datasetSlug,
  number,
  place: { runNumber, ordinal },
}: IdentityPageProps) {
  const runs = runNumber === null ? null : [runNumber];
  const { data, error, refetch } = useQuery(IdentityPageDocument, {
    variables: { team: teamSlug, dataset: datasetSlug, number, ordinals: [ordinal], runs },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <IdentitySkeleton />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const version = dataset?.version ?? null;
  const [edge, ...others] = version?.identities.edges ?? [];
  if (team === null || dataset === null || version === null || edge === undefined)
    return (
      <NotFoundState
        what="identity"
        backHref={versionPath(teamSlug, datasetSlug, number)}
        backLabel="To the version"
      />
    );
  const hrefIn = (version: number) => (identity: IdentityPlace) =>
    identityPath(teamSlug, datasetSlug, version, identity);
  const hrefOf = hrefIn(number);
  const { node: identity, cursor } = edge;
  const { identities, samples, runNumbers } = version;
  const { ict } = readMetrics(version.metrics);
  const isOne = others.length === 0;
  const hasSeveralRuns = runNumbers.length > 1;
  const name = longName(identity, hasSeveralRuns);
  const title = isOne ? name : `Identities ${String(ordinal)}`;
  const hrefOfMade = identity.madeIn === null ? null : hrefIn(identity.madeIn.number);
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: `Version ${String(number)}`, href: versionPath(teamSlug, datasetSlug, number) },
          { label: title },
        ]}
        title={title}
        description={
          isOne
            ? `One of ${formatCounted(version.identityCount, 'identity', 'identities')} in version ${String(number)}. A person who does not exist.`
            : `Several runs of version ${String(number)} have an identity of this number.`
        }
        actions={
          isOne && (
            <Group gap={6}>
              <Steps versionId={version.id} cursor={cursor} hrefOf={hrefOf} />
              <LineageLink team={teamSlug} id={identity.id} />
            </Group>
          )
        }
      />
      {isOne ? (
        <>
          <div className={classes.columns}>
            <ReferencePair
              identity={identity}
              name={name}
              samples={samples}
              ict={ict}
              nearest={
                version.isNearestKnown
                  ? { ...nearestHere(edge.nearest), within: 'version', hrefOf }
                  : { ...nearestInRun(identity), within: 'run', hrefOf: hrefOfMade }
              }
              hasSeveralRuns={hasSeveralRuns}
            />
            <VariationList
              key={identity.id}
              identity={identity}
              samples={samples}
              ict={ict}
              allHref={hrefOfMade?.(identity) ?? null}
              onExpired={() => void refetch()}
            />
          </div>
          <Box mt={20}>
            <AlikePanel
              versionId={version.id}
              identityId={identity.id}
              ict={ict}
              hasSeveralRuns={hasSeveralRuns}
              hrefOf={hrefOf}
            />
          </Box>
        </>
      ) : (
        <SameNumber
          identities={identities.edges.map((each) => each.node)}
          hrefOf={hrefOf}
          hasMore={identities.pageInfo.hasNextPage}
        />
      )}
    </>
  );
}

type IdentityEdge = NonNullable<
  NonNullable<NonNullable<IdentityPageQuery['team']>['dataset']>['version']
>['identities']['edges'][number];

function nearestHere(nearest: IdentityEdge['nearest']) {
  return { identity: nearest?.identity ?? null, distance: nearest?.distance ?? null };
}

function nearestInRun({ nearest: identity, nearestDistance: distance }: IdentityEdge['node']) {
  return { identity, distance };
}

function IdentitySkeleton() {
  return (
    <div role="status" aria-label="Loading the identity">
      <Skeleton h={16} w={280} mb={12} />
      <Skeleton h={30} w={220} mb={28} />
      <div className={classes.columns}>
        <Skeleton h={420} />
        <Skeleton h={420} />
      </div>
    </div>
  );
}
