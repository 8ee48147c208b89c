'use client';
/** @file The variations of an identity with their distances; one opens large beside the reference. */
import { SegmentedControl, Text, UnstyledButton } from '@mantine/core';
import { useHash } from '@mantine/hooks';
import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import type { SampleTileFragment } from '@/generated/graphql.ts';
import { formatCounted, formatDegrees, formatRadians } from '@/lib/format.ts';
import classes from './identity.module.css';
import type { IdentityDetail } from './reference-pair.tsx';
import { SampleDialog } from './sample-dialog.tsx';

type Order = 'distance' | 'ordinal';

interface VariationListProps {
  readonly identity: IdentityDetail;
  readonly ict: number | null;
  readonly onExpired: () => void;
}

/** A grid of variations; `#sample-<ordinal>` in the address opens one. */
export function VariationList({ identity, ict, onExpired }: VariationListProps) {
  const [order, setOrder] = useState<Order>('distance');
  const [hash, setHash] = useHash();
  const variations = identity.samples.edges
    .map((edge) => edge.node)
    .filter((sample) => sample.kind === 'VARIATION')
    .toSorted((a, b) =>
      order === 'distance' ? a.distanceToReference - b.distanceToReference : a.ordinal - b.ordinal,
    );
  const opened = variations.find((sample) => hash === `#sample-${String(sample.ordinal)}`) ?? null;
  const top = Math.max(ict ?? 0, ...variations.map((sample) => sample.distanceToReference)) * 1.04;
  return (
    <Panel
      title="Variations"
      hint={`${formatCounted(variations.length, 'picture', 'pictures')} of the same person; the bar is the angle to the reference${ict === null ? '' : ', the line the threshold'}.`}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Order of variations"
          value={order}
          data={[
            { value: 'distance', label: 'By distance' },
            { value: 'ordinal', label: 'In order' },
          ]}
          onChange={(value) => {
            setOrder(value === 'ordinal' ? 'ordinal' : 'distance');
          }}
        />
      }
    >
      {variations.length === 0 ? (
        <EmptyState compact icon={<IconPhoto size={20} />} title="No variations">
          The recipe of this version makes one picture per identity, its reference.
        </EmptyState>
      ) : (
        <div className={classes.variations}>
          {variations.map((sample) => (
            <Variation
              key={sample.id}
              sample={sample}
              top={top}
              ict={ict}
              onExpired={onExpired}
              onOpen={() => {
                setHash(`sample-${String(sample.ordinal)}`);
              }}
            />
          ))}
        </div>
      )}
      {identity.samples.pageInfo.hasNextPage && (
        <Text size="sm" c="dimmed" mt="md">
          Shown are the first {identity.samples.edges.length} of {identity.samples.totalCount}{' '}
          images.
        </Text>
      )}
      <SampleDialog
        sample={opened}
        referenceUrl={identity.reference.large}
        identityName={identity.name}
        onClose={() => {
          window.history.replaceState(null, '', window.location.pathname);
          setHash('');
        }}
      />
    </Panel>
  );
}

interface VariationProps {
  readonly sample: SampleTileFragment;
  readonly top: number;
  readonly ict: number | null;
  readonly onOpen: () => void;
  readonly onExpired: () => void;
}

function Variation({ sample, top, ict, onOpen, onExpired }: VariationProps) {
  const share = (value: number) => `${String((value / top) * 100)}%`;
  const isFar = ict !== null && sample.distanceToReference >= ict;
  return (
    <UnstyledButton
      className={classes.variation}
      onClick={onOpen}
      title={`Variation ${String(sample.ordinal)}: ${formatRadians(sample.distanceToReference, 3)} rad (${formatDegrees(sample.distanceToReference)}) from the reference`}
    >
      <FaceImage
        src={sample.small}
        alt={`Variation ${String(sample.ordinal)}`}
        onExpired={onExpired}
      />
      <span className={classes.bar} aria-hidden>
        <span data-far={isFar || undefined} style={{ width: share(sample.distanceToReference) }} />
        {ict !== null && <i style={{ left: share(ict) }} />}
      </span>
      <span className={classes.caption}>
        <span>{sample.ordinal}</span>
        <span data-far={isFar || undefined}>{formatRadians(sample.distanceToReference)}</span>
      </span>
    </UnstyledButton>
  );
}
