'use client';
/** @file The reference of an identity beside that of its nearest other, with the angle between them. */
import { Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { Explain, TERMS, Theta } from '@/components/explain.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Panel } from '@/components/panel.tsx';
import { AngleGlyph } from '@/features/dataset/angle-glyph.tsx';
import type { IdentityPageQuery } from '@/generated/graphql.ts';
import { formatBytes, formatDegrees, formatRadians } from '@/lib/format.ts';
import classes from './identity.module.css';

/** An identity as the page's query brings it. */
export type IdentityDetail = NonNullable<
  NonNullable<NonNullable<NonNullable<IdentityPageQuery['team']>['dataset']>['version']>['identity']
>;

interface ReferencePairProps {
  readonly identity: IdentityDetail;
  readonly ict: number | null;
  readonly nearestHref: string | null;
}

/** Two portraits and the angle; then the figures of this identity. */
export function ReferencePair({ identity, ict, nearestHref }: ReferencePairProps) {
  const { nearest, nearestDistance: distance } = identity;
  const isApart = distance !== null && ict !== null && distance >= ict;
  return (
    <Stack gap={20}>
      <Panel title="Reference and nearest other">
        <div className={classes.pair}>
          <figure className={classes.portrait}>
            <FaceImage
              src={identity.reference.large}
              alt={`Reference of ${identity.name}`}
              loading="eager"
            />
            <figcaption>{identity.name}</figcaption>
          </figure>
          {nearest !== null && distance !== null && (
            <>
              <div className={classes.between}>
                <AngleGlyph radians={distance} size={48} />
                <Text fw={620} className="figures">
                  {formatRadians(distance)} rad
                </Text>
                <Text size="xs" c="dimmed" className="figures">
                  {formatDegrees(distance)}
                </Text>
              </div>
              <figure className={classes.portrait}>
                <Link href={nearestHref ?? '#'} className={classes.portraitLink}>
                  <FaceImage
                    src={nearest.reference.large}
                    alt={`Reference of ${nearest.name}, the nearest other`}
                    loading="eager"
                  />
                </Link>
                <figcaption>{nearest.name}</figcaption>
              </figure>
            </>
          )}
        </div>
        {distance !== null && ict !== null && (
          <Text size="sm" mt="md" c={isApart ? 'dimmed' : 'var(--mantine-color-error)'}>
            {isApart
              ? `Nobody in this version is closer. They are ${formatRadians(distance - ict)} rad above the threshold of ${formatRadians(ict)} rad.`
              : `They are closer than the threshold of ${formatRadians(ict)} rad: a recogniser may take them for one person.`}
          </Text>
        )}
      </Panel>
      <FigureRow>
        <Figure
          label={<Explain text={TERMS.nearest}>Nearest other</Explain>}
          value={<Theta value={distance} withUnit />}
          note={formatDegrees(distance)}
        />
        <Figure
          label={<Explain text={TERMS.intra}>Farthest variation</Explain>}
          value={<Theta value={identity.intraDistance} withUnit />}
          note={formatDegrees(identity.intraDistance)}
        />
        <Figure
          label="Images"
          value={identity.samples.totalCount}
          note={`reference ${formatBytes(identity.reference.imageBytes)}`}
        />
      </FigureRow>
    </Stack>
  );
}
