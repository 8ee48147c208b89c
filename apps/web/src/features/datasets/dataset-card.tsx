'use client';
/** @file One dataset as a card: some of its faces, its counts, what is left of its budget. */
import { Badge, Group, Text, Title } from '@mantine/core';
import Link from 'next/link';
import { BudgetMeter } from '@/components/budget-meter.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Moment } from '@/components/moment.tsx';
import type { DatasetCardFragment } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { datasetPath } from '@/lib/routes.ts';
import { CoverPlaceholder } from './cover-placeholder.tsx';
import classes from './datasets.module.css';

interface DatasetCardProps {
  readonly team: string;
  readonly dataset: DatasetCardFragment;
}

/** The whole card is one link. */
export function DatasetCard({ team, dataset }: DatasetCardProps) {
  const { latestVersion: version, budget } = dataset;
  return (
    <Link href={datasetPath(team, dataset.slug)} className={classes.card}>
      <div className={classes.cover} aria-hidden>
        {dataset.coverImages.length === 0 ? (
          <CoverPlaceholder seed={dataset.slug} />
        ) : (
          dataset.coverImages.slice(0, 8).map((src) => <FaceImage key={src} src={src} alt="" />)
        )}
      </div>
      <div className={classes.cardBody}>
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Title order={2} size="h3" className={classes.cardTitle}>
            {dataset.title}
          </Title>
          {version !== null && <Badge color="gray">v{version.number}</Badge>}
        </Group>
        <Text size="sm" c="dimmed" lineClamp={2} mih={38}>
          {dataset.description === '' ? 'No description yet.' : dataset.description}
        </Text>
        <Text size="sm" className="figures" mt={6}>
          {version === null ? (
            <Text span c="dimmed">
              Nothing sampled yet
            </Text>
          ) : (
            <>
              {formatCounted(version.identityCount, 'identity', 'identities')} ·{' '}
              {formatCounted(version.sampleCount, 'image', 'images')}
              <Text span c="dimmed">
                {' '}
                · <Moment at={version.createdAt} />
              </Text>
            </>
          )}
        </Text>
        <div className={classes.cardFoot}>
          {budget === null ? (
            <Text size="sm" c="dimmed">
              No budget set
            </Text>
          ) : (
            <BudgetMeter
              compact
              label="Budget, identities"
              used={budget.usedIdentities}
              reserved={budget.reservedIdentities}
              limit={budget.maxIdentities}
            />
          )}
        </div>
      </div>
    </Link>
  );
}
