'use client';
/** @file How far a measurement is, or why it failed, with another try. */
import { Alert, Button, Loader, Progress, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { formatShare } from '@/lib/format.ts';
import type { AskToMeasure } from './use-measure.ts';
import type { Measurement } from './use-version-measures.ts';

interface MeasurementNoticeProps {
  readonly measurement: Measurement;
  readonly ask: AskToMeasure;
  /** Whether whoever looks may ask for another try. */
  readonly mayMeasure: boolean;
}

/** Nothing where it is done. */
export function MeasurementNotice({ measurement, ask, mayMeasure }: MeasurementNoticeProps) {
  const { state, progress, failure, gallery } = measurement;
  const what = gallery === null ? 'this version' : `leakage to ${gallery.name}@${gallery.version}`;
  if (state === 'DONE') return null;
  if (state === 'FAILED') {
    return (
      <Alert
        color="clay"
        icon={<IconAlertTriangle size={20} />}
        title={`Measuring ${what} failed`}
        role="alert"
      >
        <Text size="sm">{failure}</Text>
        {mayMeasure && (
          <Button
            size="xs"
            mt={10}
            variant="default"
            loading={ask.isBusy}
            onClick={() => void ask.measure(gallery === null ? [] : [gallery.id])}
          >
            Try again
          </Button>
        )}
      </Alert>
    );
  }
  return (
    <Alert
      color="amber"
      icon={<Loader size={18} color="amber" />}
      title={state === 'QUEUED' ? `Waiting to measure ${what}` : `Measuring ${what}`}
      role="status"
    >
      <Text size="sm">
        {state === 'QUEUED'
          ? 'A worker begins as soon as it has time; this page follows it.'
          : `${formatShare(progress)} is done; this page follows it.`}
      </Text>
      <Progress
        value={progress * 100}
        size={6}
        mt={10}
        maw={420}
        color="amber"
        aria-label={`Progress of measuring ${what}`}
      />
    </Alert>
  );
}
