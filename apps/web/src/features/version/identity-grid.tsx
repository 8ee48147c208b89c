'use client';
/** @file Every identity of a version by its reference, loaded and drawn as one scrolls. */
import { useQuery } from '@apollo/client/react';
import { Group, SegmentedControl, Skeleton, Text, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconUsers } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { FaceCaption, FaceLink } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import {
  type IdentityOrder,
  type IdentityTileFragment,
  VersionIdentitiesDocument,
} from '@/generated/graphql.ts';
import { formatCount, formatDegrees, formatRadians } from '@/lib/format.ts';
import { type IdentityPlace, longName, shortName } from '@/lib/identity-place.ts';
import { identityPath } from '@/lib/routes.ts';
import classes from './version.module.css';

const TILE_MIN_PX = 112;
const GAP_PX = 10;
const CAPTION_PX = 26;
const ROWS_AHEAD = 4;

interface IdentityGridProps {
  readonly team: string;
  readonly dataset: string;
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly identityCount: number;
    readonly runNumbers: readonly number[];
    /** Whether the nearest other identity within the version is known; within the run it always is. */
    readonly isNearestKnown: boolean;
  };
  /** The version's ICT; tiles below it are marked. */
  readonly ict: number | null;
}

const ORDERS = [
  { value: 'ORDINAL', label: 'In order' },
  { value: 'CLOSEST', label: 'Closest first' },
] as const;

/** Heading, order switch and the grid. */
export function IdentityGrid({ team, dataset, version, ict }: IdentityGridProps) {
  const [order, setOrder] = useState<(typeof ORDERS)[number]['value']>('ORDINAL');
  const { isNearestKnown } = version;
  const closest: IdentityOrder = isNearestKnown ? 'NEAREST_IN_VERSION' : 'NEAREST_DISTANCE';
  const orderBy = order === 'CLOSEST' ? closest : order;
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(
    VersionIdentitiesDocument,
    {
      variables: { id: version.id, orderBy },
      fetchPolicy: 'cache-and-network',
      nextFetchPolicy: 'cache-first',
    },
  );
  const node = (data ?? previousData)?.node;
  const identities = node && 'identities' in node ? node.identities : null;
  const isLoadingMore = useRef(false);
  const more = () => {
    if (isLoadingMore.current || identities?.pageInfo.hasNextPage !== true) return;
    isLoadingMore.current = true;
    fetchMore({ variables: { after: identities.pageInfo.endCursor } })
      .catch(() => {
        // The query's own error shows what went wrong; scrolling on asks again.
      })
      .finally(() => {
        isLoadingMore.current = false;
      });
  };
  return (
    <section aria-label="Identities">
      <Group justify="space-between" mb="md" gap="sm">
        <div>
          <Title order={2}>Identities</Title>
          <Text size="sm" c="dimmed">
            {formatCount(version.identityCount)} references; the number is the angle to the nearest
            other identity{' '}
            {isNearestKnown
              ? 'of this version.'
              : 'of the same run. Within this version it is known once the version is measured.'}
          </Text>
        </div>
        <SegmentedControl
          size="xs"
          aria-label="Order of identities"
          value={order}
          data={[...ORDERS]}
          onChange={(value) => {
            setOrder(ORDERS.find((each) => each.value === value)?.value ?? 'ORDINAL');
          }}
        />
      </Group>
      {identities === null ? (
        error === undefined ? (
          <GridSkeleton />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : identities.edges.length === 0 ? (
        <EmptyState icon={<IconUsers size={20} />} title="This version is empty">
          No identity was kept in it.
        </EmptyState>
      ) : (
        <Tiles
          tiles={identities.edges.map(({ node: identity, nearest }) => ({
            ...identity,
            angle: isNearestKnown ? (nearest?.distance ?? null) : identity.nearestDistance,
          }))}
          hasMore={identities.pageInfo.hasNextPage}
          isStale={loading && data === undefined}
          onNearEnd={more}
          onExpired={() => void refetch()}
          hasSeveralRuns={version.runNumbers.length > 1}
          hrefOf={(identity) => identityPath(team, dataset, version.number, identity)}
          ict={ict}
        />
      )}
    </section>
  );
}

/** An identity with θ to the nearest other one, radians. */
type TileIdentity = IdentityTileFragment & { readonly angle: number | null };

interface TilesProps {
  readonly tiles: readonly TileIdentity[];
  readonly hasMore: boolean;
  readonly isStale: boolean;
  readonly onNearEnd: () => void;
  readonly onExpired: () => void;
  readonly hasSeveralRuns: boolean;
  readonly hrefOf: (identity: IdentityPlace) => string;
  readonly ict: number | null;
}

function Tiles(props: TilesProps) {
  const { tiles, hasMore, isStale, onNearEnd, onExpired, hasSeveralRuns, hrefOf, ict } = props;
  const { ref, width } = useElementSize();
  const [top, setTop] = useState(0);
  const anchor = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (anchor.current !== null)
      setTop(anchor.current.getBoundingClientRect().top + window.scrollY);
  }, [width]);
  const columns = Math.max(2, Math.floor((width + GAP_PX) / (TILE_MIN_PX + GAP_PX)));
  const tileWidth = width === 0 ? TILE_MIN_PX : (width - GAP_PX * (columns - 1)) / columns;
  const rowHeight = tileWidth + CAPTION_PX + GAP_PX;
  const rows = Math.ceil(tiles.length / columns) + (hasMore ? 1 : 0);
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => rowHeight,
    overscan: ROWS_AHEAD,
    scrollMargin: top,
  });
  useEffect(() => {
    virtualizer.measure();
  }, [virtualizer, rowHeight]);
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= Math.floor(tiles.length / columns) - 1) onNearEnd();
  }, [hasMore, lastShown, tiles.length, columns, onNearEnd]);
  return (
    <div ref={anchor}>
      <div
        ref={ref}
        className={classes.grid}
        style={{ height: virtualizer.getTotalSize() }}
        data-stale={isStale || undefined}
      >
        {items.map((row) => (
          <div
            key={row.key}
            className={classes.gridRow}
            style={{
              gridTemplateColumns: `repeat(${String(columns)}, minmax(0, 1fr))`,
              transform: `translateY(${String(row.start - top)}px)`,
            }}
          >
            {tiles.slice(row.index * columns, (row.index + 1) * columns).map((tile) => (
              <Tile
                key={tile.id}
                tile={tile}
                href={hrefOf(tile)}
                hasSeveralRuns={hasSeveralRuns}
                ict={ict}
                onExpired={onExpired}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

interface TileProps {
  readonly tile: TileIdentity;
  readonly href: string;
  readonly hasSeveralRuns: boolean;
  readonly ict: number | null;
  readonly onExpired: () => void;
}

function Tile({ tile, href, hasSeveralRuns, ict, onExpired }: TileProps) {
  const { angle: nearestDistance } = tile;
  const name = longName(tile, hasSeveralRuns);
  const isTooClose = nearestDistance !== null && ict !== null && nearestDistance < ict;
  return (
    <FaceLink
      href={href}
      title={
        nearestDistance === null
          ? name
          : `${name}: ${formatRadians(nearestDistance, 3)} rad (${formatDegrees(nearestDistance)}) to the nearest other`
      }
    >
      <FaceImage src={tile.reference.imageUrl} alt={`Reference of ${name}`} onExpired={onExpired} />
      <FaceCaption>
        <span>{shortName(tile, hasSeveralRuns)}</span>
        {nearestDistance !== null && (
          <span data-amiss={isTooClose || undefined}>
            <span className="visually-hidden">nearest other at </span>
            {formatRadians(nearestDistance)}
            {isTooClose && <span className="visually-hidden">, below the threshold</span>}
          </span>
        )}
      </FaceCaption>
    </FaceLink>
  );
}

function GridSkeleton() {
  return (
    <div className={classes.skeletons} role="status" aria-label="Loading identities">
      {Array.from({ length: 24 }, (_, index) => (
        <Skeleton key={index} style={{ aspectRatio: '1' }} />
      ))}
    </div>
  );
}
