'use client';
/** @file The variations of an identity with their distances; one opens large beside the reference. */
import { SegmentedControl, Text } from '@mantine/core';
import { useHash } from '@mantine/hooks';
import { IconPhoto } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { FaceButton, FaceCaption } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import type { IdentityDetailFragment, SampleTileFragment } from '@/generated/graphql.ts';
import { formatCounted, formatDegrees, formatRadians } from '@/lib/format.ts';
import classes from './identity.module.css';
import type { SelectedSamples } from './reference-pair.tsx';
import { SampleDialog } from './sample-dialog.tsx';

type Order = 'distance' | 'ordinal';

interface VariationListProps {
  readonly identity: IdentityDetailFragment;
  /** Those of its images that the version holds. */
  readonly samples: SelectedSamples;
  readonly ict: number | null;
  /** Where all images that its run made are; null: nowhere to be seen. */
  readonly allHref: string | null;
  readonly onExpired: () => void;
}

/** A grid of variations; `#sample-<ordinal>` in the address opens one. */
export function VariationList({ identity, samples, ict, allHref, onExpired }: VariationListProps) {
  const [order, setOrder] = useState<Order>('distance');
  const [hash, setHash] = useHash();
  const shown = samples.edges.map((edge) => edge.node);
  const variations = shown
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
          This version holds one picture of this identity, its reference.
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
      {samples.pageInfo.hasNextPage && (
        <Text size="sm" c="dimmed" mt="md">
          Shown are the first {shown.length} of {samples.totalCount} images.
        </Text>
      )}
      <LeftOut
        count={identity.samples.totalCount - samples.totalCount}
        hasReference={shown.some((sample) => sample.kind === 'REFERENCE')}
        allHref={allHref}
      />
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

/** What the run made besides; nothing where the version holds all of it. */
function LeftOut({
  count,
  hasReference,
  allHref,
}: {
  readonly count: number;
  readonly hasReference: boolean;
  readonly allHref: string | null;
}) {
  if (count <= 0) return null;
  return (
    <Text size="sm" c="dimmed" mt="md">
      The run made {formatCounted(count, 'more image', 'more images')} of this identity
      {hasReference ? '' : ', the reference among them'}, which this version does not hold.{' '}
      {allHref !== null && (
        <Link href={allHref} className={classes.link}>
          See all of its images
        </Link>
      )}
    </Text>
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
    <FaceButton
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
      <FaceCaption>
        <span>{sample.ordinal}</span>
        <span data-amiss={isFar || undefined}>{formatRadians(theta)}</span>
      </FaceCaption>
      {label !== null && <span className={classes.label}>{label}</span>}
    </FaceButton>
  );
}
