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
      order === 'distance' && a.distanceToReference !== null && b.distanceToReference !== null
        ? a.distanceToReference - b.distanceToReference
        : a.ordinal - b.ordinal,
    );
  const opened = variations.find((sample) => hash === `#sample-${String(sample.ordinal)}`) ?? null;
  const top =
    Math.max(ict ?? 0, ...variations.map((sample) => sample.distanceToReference ?? 0)) * 1.04;
  const isMeasured = variations.every((sample) => sample.distanceToReference !== null);
  return (
    <Panel
      title="Variations"
      hint={`${formatCounted(variations.length, 'picture', 'pictures')} of the same person${isMeasured ? `; the bar is the angle to the reference${ict === null ? '' : ', the line the threshold'}` : '; they were imported without a recogniser, so no angle to the reference is known'}.`}
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
          There is one picture of this identity, its reference.
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
  const theta = sample.distanceToReference;
  const label = sample.covariates?.label ?? null;
  const isFar = ict !== null && theta !== null && theta >= ict;
  return (
    <UnstyledButton
      className={classes.variation}
      onClick={onOpen}
      title={
        theta === null
          ? `Variation ${String(sample.ordinal)}`
          : `Variation ${String(sample.ordinal)}: ${formatRadians(theta, 3)} rad (${formatDegrees(theta)}) from the reference`
      }
    >
      <FaceImage
        src={sample.small}
        alt={`Variation ${String(sample.ordinal)}`}
        onExpired={onExpired}
      />
      {theta !== null && (
        <span className={classes.bar} aria-hidden>
          <span data-far={isFar || undefined} style={{ width: share(theta) }} />
          {ict !== null && <i style={{ left: share(ict) }} />}
        </span>
      )}
      <span className={classes.caption}>
        <span>{sample.ordinal}</span>
        <span data-far={isFar || undefined}>{formatRadians(theta)}</span>
      </span>
      {label !== null && <span className={classes.label}>{label}</span>}
    </UnstyledButton>
  );
}
