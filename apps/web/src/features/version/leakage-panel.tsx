'use client';
/** @file Whether images of a version show people of galleries: figures, histograms and the closest faces. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconShieldSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { FaceCaption, FaceLink } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Panel } from '@/components/panel.tsx';
import type { ComparisonFragment, LeakageFragment } from '@/generated/graphql.ts';
import {
  formatCount,
  formatCounted,
  formatRadians,
  formatShare,
  shortDigest,
} from '@/lib/format.ts';
import { identityPath } from '@/lib/routes.ts';
import { HistogramChart } from './histogram-chart.tsx';
import { MeasureDialog } from './measure-dialog.tsx';
import { MeasurementNotice } from './measurement-notice.tsx';
import { chartHistogram } from './measures.ts';
import type { AskToMeasure } from './use-measure.ts';
import type { MeasuredVersion } from './use-version-measures.ts';
import classes from './version.module.css';

/** Where the version's pages are. */
export interface VersionPlace {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
  /** Numbers of its runs, by which its identities are named. */
  readonly runNumbers: readonly number[];
}

interface LeakagePanelProps {
  readonly place: VersionPlace;
  readonly version: MeasuredVersion;
  readonly ask: AskToMeasure;
  readonly mayMeasure: boolean;
}

/** One part per gallery; with a chooser for those who may ask for more. */
export function LeakagePanel({ place, version, ask, mayMeasure }: LeakagePanelProps) {
  const [isOpen, setOpen] = useState(false);
  const { leakage, measurements } = version;
  const against = measurements.filter(({ isAlone, state }) => !isAlone && state !== 'DONE');
  return (
    <Panel
      title="Leakage"
      hint="Whether images show people of a gallery, such as the one a generator was trained on."
      actions={
        mayMeasure && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setOpen(true);
            }}
          >
            Measure against a gallery…
          </Button>
        )
      }
    >
      <Stack gap={24}>
        {against.map((measurement) => (
          <MeasurementNotice
            key={measurement.id}
            measurement={measurement}
            ask={ask}
            mayMeasure={mayMeasure}
          />
        ))}
        {leakage.length === 0 && against.length === 0 && (
          <EmptyState compact icon={<IconShieldSearch size={20} />} title="No gallery">
            It was not measured against one.
          </EmptyState>
        )}
        {leakage.map((each) => (
          <GalleryLeakage key={each.digest} place={place} leakage={each} />
        ))}
      </Stack>
      {isOpen && (
        <MeasureDialog
          team={place.team}
          version={version}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </Panel>
  );
}

function GalleryLeakage({
  place,
  leakage,
}: {
  readonly place: VersionPlace;
  readonly leakage: LeakageFragment;
}) {
  const { name, digest, rows, classes: people, samples, recogniser } = leakage;
  return (
    <section aria-label={`Leakage to ${name}`} className={classes.gallery}>
      <Group gap={10} align="baseline">
        <Text fw={580}>{name}</Text>
        <Text span size="sm" c="dimmed">
          <code>{shortDigest(digest)}</code>
        </Text>
      </Group>
      <Text size="sm" c="dimmed" className="figures">
        {formatCounted(samples, 'image', 'images')} against {formatCounted(rows, 'face', 'faces')}
        {people === null ? '' : ` of ${formatCounted(people, 'person', 'people')}`}, by {recogniser}
      </Text>
      <Side place={place} leakage={leakage} comparison={leakage.toSamples} to="faces" />
      {leakage.toCentres !== null && (
        <Side place={place} leakage={leakage} comparison={leakage.toCentres} to="people" />
      )}
    </section>
  );
}

function Side({
  place,
  leakage,
  comparison,
  to,
}: {
  readonly place: VersionPlace;
  readonly leakage: LeakageFragment;
  readonly comparison: ComparisonFragment;
  readonly to: 'faces' | 'people';
}) {
  const { threshold, samplesUnder, count, expected, falseMatchRate, min } = comparison;
  return (
    <div className={classes.side}>
      {leakage.toCentres !== null && (
        <Text size="sm" fw={520} mt={8}>
          {to === 'faces' ? 'Every face of it' : 'The mean of every person in it'}
        </Text>
      )}
      <FigureRow>
        <Figure
          label="Images under the threshold"
          value={formatShare(samplesUnder / Math.max(1, leakage.samples))}
          note={formatCounted(samplesUnder, 'image', 'images')}
        />
        <Figure
          label="Pairs under the threshold"
          value={formatCount(count)}
          note={expected === null ? 'chance is not known' : `${formatExpected(expected)} by chance`}
        />
        <Figure
          label="Threshold"
          value={`${formatRadians(threshold, 3)} rad`}
          note={
            falseMatchRate === null
              ? 'false-match rate not known'
              : `false-match rate ${falseMatchRate === 0 ? '0' : falseMatchRate.toExponential(1)}`
          }
        />
        <Figure label="Smallest θ" value={`${formatRadians(min, 3)} rad`} note="of all pairs" />
      </FigureRow>
      <HistogramChart
        intra={chartHistogram(comparison.nearest)}
        inter={chartHistogram(comparison.histogram)}
        ict={threshold}
        labels={{
          intra: 'every image to its nearest',
          inter: 'every image to all',
          mark: 'threshold',
          chart: `Histogram of angles between images and ${leakage.name}`,
        }}
      />
      <ClosestImages place={place} comparison={comparison} to={to} />
    </div>
  );
}

/** Expected counts are small numbers or large ones. */
function formatExpected(expected: number): string {
  if (expected === 0) return '0';
  return expected < 10 ? expected.toPrecision(2) : formatCount(Math.round(expected));
}

/** Galleries hold no images, so what an image is close to is a row's number. */
function ClosestImages({
  place: { team, dataset, number, runNumbers },
  comparison: { listed, count },
  to,
}: {
  readonly place: VersionPlace;
  readonly comparison: ComparisonFragment;
  readonly to: 'faces' | 'people';
}) {
  if (listed.length === 0) return null;
  const what = to === 'faces' ? 'row' : 'person';
  const [onlyRun = 0] = runNumbers;
  const runName = (run: number | null): string =>
    run === null || runNumbers.length === 1 ? '' : ` of run ${String(run)}`;
  return (
    <div>
      <Text size="sm" c="dimmed" mb={8}>
        {count === listed.length
          ? 'The pairs under the threshold'
          : `The closest ${String(listed.length)} pairs`}
        : each image with the {what} of the gallery that it is close to.
      </Text>
      <ul className={classes.closest}>
        {listed.map(({ run, identity, sample, row, person, theta, image }) => (
          <li key={`${String(run)} ${String(identity)} ${String(sample)} ${String(row)}`}>
            <FaceLink
              href={identityPath(team, dataset, number, {
                runNumber: run ?? onlyRun,
                ordinal: identity,
              })}
            >
              {image !== null && (
                <FaceImage
                  src={image.imageUrl}
                  alt={`Image ${String(sample)} of identity ${String(identity)}${runName(run)}`}
                />
              )}
              <FaceCaption>
                <span>{person ?? `${what} ${formatCount(row)}`}</span>
                <span>{formatRadians(theta)}</span>
              </FaceCaption>
            </FaceLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
