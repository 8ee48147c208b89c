'use client';
/** @file The faces that a query selects, in pages. */
import { useQuery } from '@apollo/client/react';
import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { FaceCaption, FaceLink } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import {
  SubsetSamplesDocument,
  type SubsetSampleFragment,
  type SubsetSamplesQueryVariables,
} from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatRadians } from '@/lib/format.ts';
import { type IdentityPlace, longName, shortName } from '@/lib/identity-place.ts';
import classes from './subsets.module.css';

interface SampleFacesProps {
  readonly variables: SubsetSamplesQueryVariables;
  /** The version holds several runs: captions say which. */
  readonly hasSeveralRuns: boolean;
  readonly hrefOf: (identity: IdentityPlace) => string;
  /** The last answer is of other conditions. */
  readonly isStale: boolean;
  readonly onClear: () => void;
}

/** The grid; what was read stays where reading on fails. */
export function SampleFaces(props: SampleFacesProps) {
  const { variables, hasSeveralRuns, hrefOf, isStale, onClear } = props;
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(
    SubsetSamplesDocument,
    { variables, notifyOnNetworkStatusChange: true },
  );
  const [failure, setFailure] = useState<string | null>(null);
  const [isReading, setReading] = useState(false);
  const node = (data ?? previousData)?.node;
  const samples = node && 'selection' in node ? node.selection.samples : null;
  const more = async () => {
    setFailure(null);
    setReading(true);
    try {
      await fetchMore({ variables: { after: samples?.pageInfo.endCursor ?? null } });
    } catch (cause) {
      setFailure(describeError(cause).message);
    } finally {
      setReading(false);
    }
  };
  if (error !== undefined && !loading)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (samples === null) {
    return (
      <div className={classes.faces} role="status" aria-label="Loading the faces">
        {Array.from({ length: 18 }, (_, index) => (
          <Skeleton key={index} style={{ aspectRatio: '1' }} />
        ))}
      </div>
    );
  }
  if (samples.edges.length === 0)
    return (
      <EmptyState
        compact
        icon={<IconFilterOff size={20} />}
        title="Nothing is selected"
        action={
          <Button variant="default" size="xs" onClick={onClear}>
            Clear the conditions
          </Button>
        }
      >
        No sample of this version keeps all of these conditions. Widen a range, or take one away.
      </EmptyState>
    );
  return (
    <>
      <ul
        className={classes.faces}
        aria-label="Selected faces"
        aria-busy={loading}
        data-stale={isStale || (loading && data === undefined) || undefined}
      >
        {samples.edges.map(({ node: sample }) => (
          <li key={sample.id}>
            <Face
              sample={sample}
              hasSeveralRuns={hasSeveralRuns}
              hrefOf={hrefOf}
              onExpired={() => void refetch()}
            />
          </li>
        ))}
      </ul>
      {failure !== null && (
        <Alert color="clay" role="alert" mt="md">
          {failure}
        </Alert>
      )}
      <Group justify="center" mt="md">
        {samples.pageInfo.hasNextPage ? (
          <Button variant="default" loading={isReading} onClick={() => void more()}>
            More
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            That is all.
          </Text>
        )}
      </Group>
    </>
  );
}

function Face({
  sample,
  hasSeveralRuns,
  hrefOf,
  onExpired,
}: Pick<SampleFacesProps, 'hasSeveralRuns' | 'hrefOf'> & {
  readonly sample: SubsetSampleFragment;
  readonly onExpired: () => void;
}) {
  const { identity, kind, ordinal, distanceToReference } = sample;
  const what = kind === 'REFERENCE' ? 'Reference' : `Variation ${String(ordinal)}`;
  return (
    <FaceLink href={hrefOf(identity)}>
      <FaceImage
        src={sample.imageUrl}
        alt={`${what} of ${longName(identity, hasSeveralRuns)}`}
        onExpired={onExpired}
      />
      <FaceCaption>
        <span>
          {shortName(identity, hasSeveralRuns)}
          {kind === 'REFERENCE' ? '' : `/${String(ordinal)}`}
        </span>
        {kind === 'VARIATION' && (
          <span>
            <span className="visually-hidden">θ to the reference </span>
            {formatRadians(distanceToReference)}
          </span>
        )}
      </FaceCaption>
    </FaceLink>
  );
}
