'use client';
/** @file The comparison of two versions: figures, distributions over each other, metrics, faces. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Panel } from '@/components/panel.tsx';
import { HistogramChart } from '@/features/version/histogram-chart.tsx';
import { CompareVersionsDocument, type CompareVersionsQuery } from '@/generated/graphql.ts';
import { formatCount } from '@/lib/format.ts';
import type { IdentityPlace } from '@/lib/identity-place.ts';
import { type Histogram, readMetrics } from '@/lib/metrics.ts';
import { identityPath } from '@/lib/routes.ts';
import classes from './compare.module.css';
import { FaceList } from './face-list.tsx';
import { formatChange, formatMetric, metricWords } from './metric-words.ts';

type Compared = Extract<
  NonNullable<CompareVersionsQuery['node']>,
  { comparedWith: object }
>['comparedWith'];

interface ComparisonProps {
  readonly team: string;
  readonly dataset: string;
  readonly beforeId: string;
  readonly afterId: string;
}

/** Everything under the two choices. */
export function Comparison({ team, dataset, beforeId, afterId }: ComparisonProps) {
  const { data, error, refetch } = useQuery(CompareVersionsDocument, {
    variables: { before: beforeId, after: afterId },
  });
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const node = data?.node;
  const compared: Compared | null = node && 'comparedWith' in node ? node.comparedWith : null;
  if (compared === null) return <Skeleton h={420} role="status" aria-label="Comparing" />;
  const { before, after, removedIdentities, addedIdentities, identities } = compared;
  // Faces of both stand beside each other, so the run is said where it could be either.
  const hasSeveralRuns = new Set([...before.runNumbers, ...after.runNumbers]).size > 1;
  const hrefIn = (version: number) => (identity: IdentityPlace) =>
    identityPath(team, dataset, version, identity);
  return (
    <Stack gap={20}>
      <Members compared={compared} />
      <Distributions compared={compared} />
      <Metrics compared={compared} />
      <div className={classes.halves}>
        <FaceList
          title={`Only in version ${String(before.number)}`}
          nothing="Every identity of it is in the other one too."
          total={identities.removed}
          identities={removedIdentities}
          hasSeveralRuns={hasSeveralRuns}
          hrefOf={hrefIn(before.number)}
        />
        <FaceList
          title={`Only in version ${String(after.number)}`}
          nothing="Every identity of it is in the other one too."
          total={identities.added}
          identities={addedIdentities}
          hasSeveralRuns={hasSeveralRuns}
          hrefOf={hrefIn(after.number)}
        />
      </div>
    </Stack>
  );
}

function Members({ compared: { identities, samples } }: { readonly compared: Compared }) {
  return (
    <FigureRow>
      <Figure
        label="Identities kept"
        value={formatCount(identities.kept)}
        note={`${formatCount(samples.kept)} images`}
      />
      <Figure
        label="Identities added"
        value={formatCount(identities.added)}
        note={`${formatCount(samples.added)} images`}
      />
      <Figure
        label="Identities removed"
        value={formatCount(identities.removed)}
        note={`${formatCount(samples.removed)} images`}
      />
    </FigureRow>
  );
}

function Distributions({ compared: { before, after } }: { readonly compared: Compared }) {
  const [one, other] = [readMetrics(before.metrics), readMetrics(after.metrics)];
  const ict = other.ict ?? one.ict;
  const facets = (name: 'distanceToReference' | 'nearestDistance') =>
    [before.selection.facets[name], after.selection.facets[name]] as const;
  return (
    <div className={classes.halves}>
      <Overlay
        title="θ to the reference"
        hint="Of variations: how much they look like their identity."
        pair={[before.number, after.number]}
        histograms={facets('distanceToReference')}
        ict={ict}
      />
      <Overlay
        title="θ to the nearest identity"
        hint="Of identities, within the run that made them."
        pair={[before.number, after.number]}
        histograms={facets('nearestDistance')}
        ict={ict}
      />
      {one.inter !== null && other.inter !== null && (
        <Overlay
          title="θ between identities"
          hint="Of all pairs of identities."
          pair={[before.number, after.number]}
          histograms={[one.inter, other.inter]}
          ict={ict}
        />
      )}
    </div>
  );
}

function Overlay({
  title,
  hint,
  pair: [before, after],
  histograms,
  ict,
}: {
  readonly title: string;
  readonly hint: string;
  readonly pair: readonly [number, number];
  readonly histograms: readonly [Histogram, Histogram];
  readonly ict: number | null;
}) {
  const isFilled = histograms.map(({ counts }) => counts.some((count) => count > 0));
  return (
    <Panel title={title} hint={hint}>
      {isFilled.every((filled) => !filled) ? (
        <EmptyState compact icon={<IconChartHistogram size={20} />} title="Nothing to draw">
          Neither version has any.
        </EmptyState>
      ) : (
        <HistogramChart
          intra={isFilled[0] === true ? histograms[0] : null}
          inter={isFilled[1] === true ? histograms[1] : null}
          ict={ict}
          labels={{
            intra: `version ${String(before)}`,
            inter: `version ${String(after)}`,
            mark: 'threshold ICT',
            chart: `Histograms of ${title} of versions ${String(before)} and ${String(after)}`,
          }}
        />
      )}
    </Panel>
  );
}

function Metrics({ compared: { before, after, metrics } }: { readonly compared: Compared }) {
  return (
    <Panel title="Metrics" hint="Angles in radians. A dash: it was not measured for that version.">
      {metrics.length === 0 ? (
        <Text c="dimmed">Nothing was measured of either version.</Text>
      ) : (
        <Table.ScrollContainer minWidth={310} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table className="figures" aria-label="Metrics of both versions" horizontalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Metric</Table.Th>
                <Table.Th className={classes.number}>Version {before.number}</Table.Th>
                <Table.Th className={classes.number}>Version {after.number}</Table.Th>
                <Table.Th className={classes.number}>Change</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {metrics.map((metric) => {
                const { label, unit } = metricWords(metric.name);
                const change = formatChange(metric.before, metric.after, unit);
                return (
                  <Table.Tr key={metric.name}>
                    <Table.Th scope="row" fw={460} title={metric.name}>
                      {label}
                    </Table.Th>
                    <Table.Td className={classes.number}>
                      {formatMetric(metric.before, unit)}
                    </Table.Td>
                    <Table.Td className={classes.number}>
                      {formatMetric(metric.after, unit)}
                    </Table.Td>
                    <Table.Td className={classes.number} data-same={change === 'same' || undefined}>
                      {change}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}
