'use client';
/** @file What was measured of a version beyond its distances: verification, capacity, duplicates, leakage. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  type ComparisonFragment,
  type MeasuresFragment,
  VersionMeasuresDocument,
} from '@/generated/graphql.ts';
import { formatCount, formatRadians, formatShare, shortDigest } from '@/lib/format.ts';
import { HistogramChart } from './histogram-chart.tsx';
import { CapacityChart, RocChart } from './measure-charts.tsx';
import { chartHistogram } from './measures.ts';
import classes from './version.module.css';

/** Panels side by side on wide screens. */
export function VersionMeasures({ versionId }: { readonly versionId: string }) {
  const { data, error, refetch } = useQuery(VersionMeasuresDocument, {
    variables: { id: versionId },
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={340} role="status" aria-label="Loading the measures" />;
  }
  const node = data.node;
  const measures = node !== null && 'measures' in node ? node.measures : null;
  if (measures === null)
    return (
      <Panel title="Verification, capacity and leakage">
        <EmptyState compact icon={<IconChartLine size={20} />} title="Not measured">
          This version was made before these were measured.
        </EmptyState>
      </Panel>
    );
  return (
    <>
      <div className={classes.halves}>
        <VerificationPanel verification={measures.verification} />
        <CapacityPanel measures={measures} />
      </div>
      <LeakagePanel leakage={measures.leakage} />
    </>
  );
}

function VerificationPanel({ verification }: Pick<MeasuresFragment, 'verification'>) {
  return (
    <Panel
      title="Verification"
      hint="Genuine pairs are variations with their reference, impostors are references of different identities."
    >
      {verification === null ? (
        <EmptyState compact icon={<IconChartLine size={20} />} title="No genuine pairs">
          This version has no variations.
        </EmptyState>
      ) : (
        <>
          <RocChart verification={verification} />
          <Text size="sm" c="dimmed" className="figures">
            {formatCount(verification.genuine)} genuine and {formatCount(verification.impostors)}{' '}
            impostor pairs; equal error rate {formatShare(verification.eer)}.
          </Text>
        </>
      )}
    </Panel>
  );
}

function CapacityPanel({ measures }: { readonly measures: MeasuresFragment }) {
  const { capacity, duplicates, identitiesAboveIct } = measures;
  const { fit } = capacity;
  return (
    <Panel
      title="Capacity"
      hint="Share of identities with no other one closer than the threshold, in random subsets of growing size. The formula tells how draws like these go on, not what a larger run would reach."
    >
      <CapacityChart capacity={capacity} />
      <Text size="sm" c="dimmed" className="figures">
        {formatShare(identitiesAboveIct)} of all identities stay apart;{' '}
        {duplicates.count === 0 ? 'no' : formatCount(duplicates.count)} duplicate pairs under{' '}
        {formatRadians(duplicates.threshold)} rad.{' '}
        {fit === null
          ? 'The shares do not tell how they go on.'
          : `exp(−${fit.c.toPrecision(2)} (N−1)^${fit.b.toFixed(2)}), residual ${fit.residual.toPrecision(2)}.`}
      </Text>
    </Panel>
  );
}

function LeakagePanel({ leakage }: Pick<MeasuresFragment, 'leakage'>) {
  return (
    <Panel
      title="Leakage"
      hint="Whether images show people of a gallery, such as the one a generator was trained on."
    >
      {leakage.length === 0 ? (
        <EmptyState compact icon={<IconChartLine size={20} />} title="No gallery">
          The recipe names no gallery to compare with.
        </EmptyState>
      ) : (
        <div className={classes.halves}>
          {leakage.flatMap((each) => [
            <Comparison key={each.digest} of={each} to="images" comparison={each.toSamples} />,
            each.toCentres !== null && (
              <Comparison
                key={`${each.digest} centres`}
                of={each}
                to="people"
                comparison={each.toCentres}
              />
            ),
          ])}
        </div>
      )}
    </Panel>
  );
}

function Comparison({
  of,
  to,
  comparison,
}: {
  readonly of: MeasuresFragment['leakage'][number];
  readonly to: 'images' | 'people';
  readonly comparison: ComparisonFragment;
}) {
  const { falseMatchRate, expected } = comparison;
  return (
    <section>
      <Text fw={580}>
        {of.name}, {to} <code>{shortDigest(of.digest)}</code>
      </Text>
      <HistogramChart
        intra={chartHistogram(comparison.nearest)}
        inter={chartHistogram(comparison.histogram)}
        ict={comparison.threshold}
        labels={{
          intra: 'every image to its nearest',
          inter: 'every image to all',
          mark: 'threshold',
          chart: `Histogram of angles between images and ${of.name}`,
        }}
      />
      <Text size="sm" c="dimmed" className="figures">
        {formatCount(comparison.samplesUnder)} of {formatCount(of.samples)} images and{' '}
        {formatCount(comparison.count)} pairs under the threshold
        {expected === null ? '' : ` (${expected.toFixed(1)} expected by chance)`}, false-match rate{' '}
        {falseMatchRate === null ? 'unknown' : falseMatchRate.toExponential(1)}, by {of.recogniser}.
      </Text>
    </section>
  );
}
