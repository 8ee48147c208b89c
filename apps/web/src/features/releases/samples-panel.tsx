'use client';
/** @file Samples of the version that is to be released, for a reviewer's own eyes. */
import { useQuery } from '@apollo/client/react';
import { Button, Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { IconArrowsShuffle, IconMessage } from '@tabler/icons-react';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { FaceButton, FaceCaption } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  type ReleaseLiveFragment,
  type ReleaseSampleFragment,
  ReleaseSampleLargeDocument,
  ReleaseSamplesDocument,
  type SampleOrder,
} from '@/generated/graphql.ts';
import { formatCount, formatRadians } from '@/lib/format.ts';
import { longName, shortName } from '@/lib/identity-place.ts';
import { useRelease } from './release-scope.tsx';
import faces from './faces.module.css';
import { Threads } from './threads.tsx';

const ORDERS = [
  { value: 'RANDOM', label: 'At random' },
  { value: 'ORDINAL', label: 'In order' },
  { value: 'DISTANCE_TO_REFERENCE', label: 'Likest first' },
] as const satisfies readonly { readonly value: SampleOrder; readonly label: string }[];

/** The grid; a face opens large, with what people say about it. */
export function SamplesPanel() {
  const { release } = useRelease();
  const [orderBy, setOrderBy] = useState<SampleOrder>('RANDOM');
  const [seed, setSeed] = useState(1);
  const [shown, setShown] = useState<ReleaseSampleFragment | null>(null);
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(
    ReleaseSamplesDocument,
    { variables: { id: release.version?.id ?? '', orderBy, seed } },
  );
  const node = (data ?? previousData)?.node;
  const samples = node && 'samples' in node ? node.samples : null;
  return (
    <Panel
      title="Samples"
      hint={`${formatCount(release.sampleCount)} images of ${formatCount(release.identityCount)} identities; the number is the angle to the reference.`}
      actions={
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Order of samples"
            value={orderBy}
            data={[...ORDERS]}
            onChange={(value) =>
              setOrderBy(ORDERS.find((each) => each.value === value)?.value ?? 'RANDOM')
            }
          />
          <Button
            variant="default"
            size="xs"
            leftSection={<IconArrowsShuffle size={15} />}
            disabled={orderBy !== 'RANDOM'}
            onClick={() => setSeed(seed + 1)}
          >
            Others
          </Button>
        </Group>
      }
    >
      {samples === null ? (
        error === undefined ? (
          <Skeleton h={240} role="status" aria-label="Loading samples" />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <div className={faces.samples} data-stale={(loading && data === undefined) || undefined}>
            {samples.edges.map(({ node: sample }) => (
              <SampleTile
                key={sample.id}
                sample={sample}
                onOpen={() => setShown(sample)}
                onExpired={() => void refetch()}
              />
            ))}
          </div>
          {samples.pageInfo.hasNextPage && (
            <Group justify="center" mt="md">
              <Button
                variant="subtle"
                size="xs"
                loading={loading}
                onClick={() => void fetchMore({ variables: { after: samples.pageInfo.endCursor } })}
              >
                More samples
              </Button>
            </Group>
          )}
        </>
      )}
      <SampleDialog id={shown?.id ?? null} onClose={() => setShown(null)} />
    </Panel>
  );
}

/** What a sample is called on this page. */
function sampleName(
  sample: Pick<ReleaseSampleFragment, 'ordinal' | 'identity'>,
  hasSeveralRuns: boolean,
): string {
  const which = sample.ordinal === 0 ? 'Reference' : `Variation ${String(sample.ordinal)}`;
  return `${which} of ${longName(sample.identity, hasSeveralRuns)}`;
}

/** Whether identities of the version have to be told apart by their runs. */
function isOfSeveralRuns({ version }: ReleaseLiveFragment): boolean {
  return (version?.runNumbers.length ?? 0) > 1;
}

interface SampleTileProps {
  readonly sample: ReleaseSampleFragment;
  readonly onOpen: () => void;
  readonly onExpired: () => void;
}

function SampleTile({ sample, onOpen, onExpired }: SampleTileProps) {
  const { release } = useRelease();
  const hasSeveralRuns = isOfSeveralRuns(release);
  const isDiscussed = release.threads.some(
    ({ subject, isResolved }) => !isResolved && subject === `sample:${sample.id}`,
  );
  return (
    <FaceButton onClick={onOpen}>
      <FaceImage
        src={sample.imageUrl}
        alt={`Look at ${sampleName(sample, hasSeveralRuns)}${isDiscussed ? ', which is discussed' : ''}`}
        onExpired={onExpired}
      />
      <FaceCaption>
        <span>{shortName(sample.identity, hasSeveralRuns)}</span>
        {isDiscussed && <IconMessage size={13} aria-hidden />}
        <span>{sample.ordinal === 0 ? 'ref' : formatRadians(sample.distanceToReference)}</span>
      </FaceCaption>
    </FaceButton>
  );
}

interface SampleDialogProps {
  /** Null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** One sample, large, with its figures and its threads. */
export function SampleDialog({ id, onClose }: SampleDialogProps) {
  const { release } = useRelease();
  const { data, error, refetch } = useQuery(ReleaseSampleLargeDocument, {
    variables: { id: id ?? '' },
    skip: id === null,
  });
  const node = data?.node;
  const sample = node && 'large' in node ? node : null;
  const name = sample === null ? 'A sample' : sampleName(sample, isOfSeveralRuns(release));
  return (
    <Dialog opened={id !== null} onClose={onClose} title={name}>
      {sample === null && error !== undefined && (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
      {sample === null && error === undefined && (
        <Skeleton style={{ aspectRatio: '1' }} role="status" aria-label="Loading the sample" />
      )}
      {sample !== null && (
        <>
          <div className={faces.large}>
            <FaceImage src={sample.large} alt={name} loading="eager" />
          </div>
          <Text size="sm" c="dimmed" mt="sm" className="figures">
            {sample.ordinal === 0
              ? 'It is the reference'
              : `${formatRadians(sample.distanceToReference, 3)} rad from its reference`}
            {sample.identity.nearestDistance !== null &&
              `; the nearest other identity is ${formatRadians(sample.identity.nearestDistance, 3)} rad away`}
            .
          </Text>
        </>
      )}
      {id !== null && <Threads subject={`sample:${id}`} label="this sample" />}
    </Dialog>
  );
}
