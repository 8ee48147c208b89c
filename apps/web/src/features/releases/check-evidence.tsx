'use client';
/** @file What a check found, drawn for people: one view for each kind. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { BudgetMeter } from '@/components/budget-meter.tsx';
import type { ReleaseCheckKind } from '@/generated/graphql.ts';
import { formatBytes, formatCount, formatRadians } from '@/lib/format.ts';
import {
  type Finding,
  type GalleryFinding,
  type Place,
  readBudget,
  readDatasheet,
  readDuplicates,
  readIntegrity,
  readLeakage,
  readLicences,
  readMark,
} from './evidence.ts';
import classes from './evidence.module.css';
import { AngleBar, CountBar, Findings, ShareBar } from './evidence-parts.tsx';

type View = (props: { readonly evidence: unknown }) => ReactNode;

const VIEWS: Record<ReleaseCheckKind, View> = {
  BUDGET_AND_ICT: BudgetEvidence,
  DUPLICATES: DuplicatesEvidence,
  LEAKAGE: LeakageEvidence,
  SHARD_INTEGRITY: IntegrityEvidence,
  SYNTHETIC_MARK: MarkEvidence,
  LICENCES: LicencesEvidence,
  DATASHEET: DatasheetEvidence,
};

/** The evidence of one check. */
export function CheckEvidence({
  kind,
  evidence,
}: {
  readonly kind: ReleaseCheckKind;
  readonly evidence: unknown;
}) {
  const View = VIEWS[kind];
  return (
    <div className={classes.evidence}>
      <View evidence={evidence} />
    </div>
  );
}

function BudgetEvidence({ evidence }: { readonly evidence: unknown }) {
  const { amounts, angles, closest } = readBudget(evidence);
  return (
    <>
      {amounts.map(({ label, used, limit }) => (
        <BudgetMeter key={label} label={label} used={used} reserved={0} limit={limit} compact />
      ))}
      {angles.map((angle) => (
        <AngleBar key={angle.label} angle={angle} />
      ))}
      <Findings title="Identities that are too close to another" findings={closest} />
    </>
  );
}

function DuplicatesEvidence({ evidence }: { readonly evidence: unknown }) {
  const { images, surplus, groups, pairs, recognisers, threshold } = readDuplicates(evidence);
  return (
    <>
      {images !== null && (
        <ShareBar label="are unlike any other" good={images - surplus} of={images} unit={IMAGES} />
      )}
      {recognisers.map(({ name, identities, count }) => (
        <ShareBar
          key={name}
          label={`have no other within ${formatRadians(threshold)} rad, by ${name}`}
          good={identities - count}
          of={identities}
          unit={['identity', 'identities']}
        />
      ))}
      {groups.map((group, index) => (
        <Findings
          key={`${String(index)} ${String(group.length)}`}
          title="The same bytes"
          findings={group.map(alone)}
        />
      ))}
      <Findings title="One face to the recogniser" findings={pairs} />
    </>
  );
}

function LeakageEvidence({ evidence }: { readonly evidence: unknown }) {
  const galleries = readLeakage(evidence);
  if (galleries.length === 0)
    return <Text size="sm">No gallery was chosen to compare the images with.</Text>;
  return galleries.map((gallery) => <GalleryEvidence key={gallery.gallery} of={gallery} />);
}

function GalleryEvidence({ of }: { readonly of: GalleryFinding }) {
  const { gallery, problem, found } = of;
  return (
    <>
      <Text size="sm" fw={580}>
        {gallery}
        {found !== null &&
          `: ${formatCount(found.samples)} images against ${formatCount(found.rows)} rows`}
      </Text>
      {problem !== null && (
        <Text size="sm" c="var(--mantine-color-error)">
          {problem}
        </Text>
      )}
      {found !== null && (
        <>
          <CountBar under={found.under} expected={found.expected} most={found.most} />
          {found.smallest !== null && found.threshold !== null && (
            <AngleBar
              angle={{ label: 'Nearest of all', found: found.smallest, limit: found.threshold }}
            />
          )}
          <Findings title="Images that are nearest to somebody" findings={found.closest} />
        </>
      )}
    </>
  );
}

function IntegrityEvidence({ evidence }: { readonly evidence: unknown }) {
  const { objects, bytes, images, tars, zipBytes, problems } = readIntegrity(evidence);
  return (
    <>
      <Facts
        facts={[
          ['Shards read', formatCount(objects)],
          ['Bytes read', formatBytes(bytes)],
          ['Images', formatCount(images)],
          ['Archives', formatCount(tars)],
          ['As one zip', formatBytes(zipBytes)],
        ]}
      />
      <Lines lines={problems} areBad />
    </>
  );
}

function MarkEvidence({ evidence }: { readonly evidence: unknown }) {
  const { images, without, unmarked } = readMark(evidence);
  return (
    <>
      <ShareBar label="carry the mark" good={images - without} of={images} unit={IMAGES} />
      <Findings title="Images without it" findings={unmarked.map(alone)} />
    </>
  );
}

function LicencesEvidence({ evidence }: { readonly evidence: unknown }) {
  const { findings, attribution } = readLicences(evidence);
  return (
    <>
      <ul className={classes.lines}>
        {findings.map(({ what, licence, problem }) => (
          <li key={what}>
            {what}: <strong>{licence ?? 'nobody has said'}</strong>
            {problem !== null && <div data-bad>{problem}</div>}
          </li>
        ))}
      </ul>
      {attribution.length > 0 && (
        <Text size="sm" c="dimmed">
          To be named where the images are used: {attribution.join(', ')}.
        </Text>
      )}
    </>
  );
}

function DatasheetEvidence({ evidence }: { readonly evidence: unknown }) {
  const { questions, unanswered } = readDatasheet(evidence);
  return (
    <>
      <ShareBar
        label="are answered"
        good={questions - unanswered.length}
        of={questions}
        unit={['question', 'questions']}
      />
      <Lines lines={unanswered} />
    </>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({
  lines,
  areBad = false,
}: {
  readonly lines: readonly string[];
  readonly areBad?: boolean;
}) {
  if (lines.length === 0) return null;
  return (
    <ul className={classes.lines}>
      {lines.map((line) => (
        <li key={line} data-bad={areBad || undefined}>
          {line}
        </li>
      ))}
    </ul>
  );
}

const IMAGES = ['image', 'images'] as const;

function alone(face: Place): Finding {
  return { face, other: null, theta: null };
}
