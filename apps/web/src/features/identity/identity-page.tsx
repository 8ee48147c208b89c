'use client';
/** @file One identity: its reference beside its nearest other, and its variations by distance. */
import { useQuery } from '@apollo/client/react';
import { Box, Button, Group, Skeleton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { IdentityPageDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { readMetrics } from '@/lib/metrics.ts';
import { datasetPath, identityPath, teamPath, versionPath } from '@/lib/routes.ts';
import { AlikePanel } from './alike-panel.tsx';
import classes from './identity.module.css';
import { ReferencePair } from './reference-pair.tsx';
import { VariationList } from './variation-list.tsx';

interface IdentityPageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
  readonly ordinal: number;
}

/** The page at `…/i/<ordinal>`. */
export function IdentityPage({
  team: teamSlug,
  dataset: datasetSlug,
  number,
  ordinal,
}: IdentityPageProps) {
  const router = useRouter();
  const { data, error, refetch } = useQuery(IdentityPageDocument, {
    variables: { team: teamSlug, dataset: datasetSlug, number, ordinal },
    fetchPolicy: 'cache-and-network',
  });
  const version = data?.team?.dataset?.version ?? null;
  const path = (other: number) => identityPath(teamSlug, datasetSlug, number, other);
  const previous = ordinal > 0 ? path(ordinal - 1) : null;
  const next = version !== null && ordinal + 1 < version.identityCount ? path(ordinal + 1) : null;
  useHotkeys([
    ['ArrowLeft', () => previous !== null && router.push(previous)],
    ['ArrowRight', () => next !== null && router.push(next)],
  ]);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <IdentitySkeleton />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const identity = version?.identity ?? null;
  if (team === null || dataset === null || version === null || identity === null)
    return (
      <NotFoundState
        what="identity"
        backHref={versionPath(teamSlug, datasetSlug, number)}
        backLabel="To the version"
      />
    );
  const { ict } = readMetrics(version.metrics);
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: `Version ${String(number)}`, href: versionPath(teamSlug, datasetSlug, number) },
          { label: identity.name },
        ]}
        title={identity.name}
        description={`One of ${formatCounted(version.identityCount, 'identity', 'identities')} in version ${String(number)}. A person who does not exist.`}
        actions={
          <Group gap={6}>
            <Step href={previous} label="Previous" side="left" />
            <Step href={next} label="Next" side="right" />
            <LineageLink team={teamSlug} id={identity.id} />
          </Group>
        }
      />
      <div className={classes.columns}>
        <ReferencePair
          identity={identity}
          ict={ict}
          nearestHref={identity.nearest === null ? null : path(identity.nearest.ordinal)}
        />
        <VariationList
          key={identity.id}
          identity={identity}
          ict={ict}
          onExpired={() => void refetch()}
        />
      </div>
      <Box mt={20}>
        <AlikePanel versionId={version.id} identityId={identity.id} ict={ict} hrefOf={path} />
      </Box>
    </>
  );
}

interface StepProps {
  readonly href: string | null;
  readonly label: string;
  readonly side: 'left' | 'right';
}

function Step({ href, label, side }: StepProps) {
  const icon =
    side === 'left'
      ? { leftSection: <IconChevronLeft size={16} /> }
      : { rightSection: <IconChevronRight size={16} /> };
  if (href === null)
    return (
      <Button variant="default" disabled {...icon}>
        {label}
      </Button>
    );
  return (
    <Button component={Link} href={href} variant="default" title={`${label} (arrow key)`} {...icon}>
      {label}
    </Button>
  );
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
