'use client';
/** @file What evidence is drawn with: faces, a share of a whole, an angle against its limit. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Text } from '@mantine/core';
import Link from 'next/link';
import { FaceImage } from '@/components/face-image.tsx';
import { EvidenceFaceDocument } from '@/generated/graphql.ts';
import { formatCount, formatCounted, formatRadians } from '@/lib/format.ts';
import { shortName } from '@/lib/identity-place.ts';
import { identityPath } from '@/lib/routes.ts';
import type { AngleAgainst, Finding, Place } from './evidence.ts';
import { useRelease } from './release-scope.tsx';
import classes from './evidence.module.css';

/** Faces that fit beside each other and are still looked at. */
const MOST_SHOWN = 8;

/** The first faces or pairs of faces, with their angles. */
export function Findings({
  title,
  findings,
}: {
  readonly title: string;
  readonly findings: readonly Finding[];
}) {
  const hasSeveralRuns = (useRelease().release.version?.runNumbers.length ?? 0) > 1;
  if (findings.length === 0) return null;
  return (
    <section>
      <Text size="sm" c="dimmed" mb={6}>
        {title}
        {findings.length > MOST_SHOWN &&
          `; the first ${String(MOST_SHOWN)} of ${formatCount(findings.length)}`}
      </Text>
      <ul className={classes.findings}>
        {findings.slice(0, MOST_SHOWN).map((finding) => (
          <li key={keyOf(finding.face)}>
            <span className={classes.pair}>
              <Face place={finding.face} />
              {finding.other !== null && <Face place={finding.other} />}
            </span>
            <Text size="xs" c="dimmed" className="figures">
              {[finding.face, finding.other]
                .flatMap((place) => (place === null ? [] : nameOf(place, hasSeveralRuns)))
                .join(' and ')}
              {finding.theta !== null && ` · ${formatRadians(finding.theta, 3)} rad`}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The picture of a sample that evidence names; it leads to its identity. */
export function Face({ place }: { readonly place: Place }) {
  const { team, dataset, release } = useRelease();
  const { data, loading } = useQuery(EvidenceFaceDocument, {
    variables: {
      id: release.version?.id ?? '',
      runs: [place.run],
      ordinals: [place.identity],
      sample: place.sample,
    },
  });
  const node = data?.node;
  const sample = node && 'samples' in node ? node.samples.edges[0]?.node : undefined;
  const label = `${place.sample === 0 ? 'Reference' : `Sample ${String(place.sample)}`} of identity ${String(place.identity)} of run ${String(place.run)}`;
  return (
    <span className={classes.face}>
      {sample === undefined ? (
        <Skeleton animate={loading} style={{ aspectRatio: '1' }} role="img" aria-label={label} />
      ) : (
        <Link
          href={identityPath(team, dataset, release.versionNumber, {
            runNumber: place.run,
            ordinal: place.identity,
          })}
          prefetch={false}
        >
          <FaceImage src={sample.imageUrl} alt={label} />
        </Link>
      )}
    </span>
  );
}

interface ShareBarProps {
  readonly label: string;
  readonly good: number;
  readonly of: number;
  readonly unit: readonly [one: string, many: string];
}

/** How many of all are as they should be. */
export function ShareBar({ label, good, of, unit }: ShareBarProps) {
  return (
    <div className={classes.share}>
      <Text size="sm" className="figures">
        {formatCount(good)} of {formatCounted(of, ...unit)} {label}
      </Text>
      <span className={classes.track} aria-hidden>
        <span style={{ width: `${String(of === 0 ? 0 : (good / of) * 100)}%` }} />
      </span>
    </div>
  );
}

/** Where on the scale from 0 to π/2 an angle lies, and the limit that it must not be under. */
export function AngleBar({ angle }: { readonly angle: AngleAgainst }) {
  const top = Math.max(Math.PI / 2, angle.found * 1.05, angle.limit * 1.05);
  const at = (value: number) => `${String((value / top) * 100)}%`;
  const isUnder = angle.found < angle.limit;
  return (
    <div className={classes.share}>
      <Text size="sm" className="figures">
        {angle.label}: <strong>{formatRadians(angle.found, 3)} rad</strong>
        {isUnder ? ', nearer than the ' : ', not nearer than the '}
        {formatRadians(angle.limit, 3)} rad of the limit
      </Text>
      <span className={classes.angle} data-under={isUnder || undefined} aria-hidden>
        <i style={{ left: at(angle.limit) }} />
        <b style={{ left: at(angle.found) }} />
      </span>
    </div>
  );
}

/** Pairs found against what chance gives and the most that passes. */
export function CountBar({
  under,
  expected,
  most,
}: {
  readonly under: number;
  readonly expected: number;
  readonly most: number;
}) {
  const top = Math.max(1, under, most) * 1.1;
  const at = (value: number) => `${String((value / top) * 100)}%`;
  return (
    <div className={classes.share}>
      <Text size="sm" className="figures">
        <strong>{formatCounted(under, 'pair', 'pairs')}</strong> under the threshold; chance gives{' '}
        {expected.toFixed(1)}, and up to {most.toFixed(1)} passes
      </Text>
      <span className={classes.angle} data-under={under > most || undefined} aria-hidden>
        <i style={{ left: at(most) }} />
        <b style={{ left: at(under) }} />
      </span>
    </div>
  );
}

function nameOf({ run, identity }: Place, hasSeveralRuns: boolean): string {
  return shortName({ runNumber: run, ordinal: identity }, hasSeveralRuns);
}

function keyOf({ run, identity, sample }: Place): string {
  return `${String(run)} ${String(identity)} ${String(sample)}`;
}
