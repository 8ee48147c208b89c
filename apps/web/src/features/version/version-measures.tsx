'use client';
/** @file What was measured of a version beyond its distances: verification, capacity, duplicates, leakage. */
import { Alert, Button, Skeleton, Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import type { MeasuresFragment } from '@/generated/graphql.ts';
import { formatCount, formatRadians, formatShare } from '@/lib/format.ts';
import { readMetrics } from '@/lib/metrics.ts';
import { LeakagePanel, type VersionPlace } from './leakage-panel.tsx';
import { CapacityChart, RocChart } from './measure-charts.tsx';
import { MeasurementNotice } from './measurement-notice.tsx';
import { NearestPanel } from './nearest-panel.tsx';
import { type AskToMeasure, useMeasure } from './use-measure.ts';
import { type MeasuredVersion, useVersionMeasures } from './use-version-measures.ts';
import classes from './version.module.css';

interface VersionMeasuresProps {
  readonly team: string;
  readonly dataset: string;
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly runNumbers: readonly number[];
  };
  /** Whether whoever looks may have it measured. */
  readonly mayMeasure: boolean;
}

/** Panels side by side on wide screens. */
export function VersionMeasures({ team, dataset, version, mayMeasure }: VersionMeasuresProps) {
  const { version: measured, error, refetch } = useVersionMeasures(version.id);
  const ask = useMeasure(version.id);
  if (measured === null) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={340} role="status" aria-label="Loading the measures" />;
  }
  const { number, runNumbers } = version;
  const place: VersionPlace = { team, dataset, number, runNumbers };
  const { measures } = measured;
  return (
    <>
      {ask.failure !== null && (
        <Alert color="clay" role="alert">
          {ask.failure}
        </Alert>
      )}
      {measures === null ? (
        <Unmeasured version={measured} ask={ask} mayMeasure={mayMeasure} />
      ) : (
        <>
          <div className={classes.halves}>
            <VerificationPanel verification={measures.verification} />
            <CapacityPanel measures={measures} />
          </div>
          <NearestPanel
            place={place}
            nearest={measures.nearest}
            ict={readMetrics(measured.metrics).ict}
          />
        </>
      )}
      <LeakagePanel place={place} version={measured} ask={ask} mayMeasure={mayMeasure} />
    </>
  );
}

/** Says how far the measurement of the version alone is, or offers one. */
function Unmeasured({
  version,
  ask,
  mayMeasure,
}: {
  readonly version: MeasuredVersion;
  readonly ask: AskToMeasure;
  readonly mayMeasure: boolean;
}) {
  const alone = version.measurements.find(({ isAlone }) => isAlone);
  return (
    <Panel title="Verification and capacity">
      {alone === undefined ? (
        <EmptyState
          compact
          icon={<IconChartLine size={20} />}
          title="Not measured"
          action={
            mayMeasure && (
              <Button size="xs" loading={ask.isBusy} onClick={() => void ask.measure([])}>
                Measure it now
              </Button>
            )
          }
        >
          This version was made before these were measured by themselves.
        </EmptyState>
      ) : (
        <MeasurementNotice measurement={alone} ask={ask} mayMeasure={mayMeasure} />
      )}
    </Panel>
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
