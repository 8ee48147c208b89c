'use client';
/** @file The report on a model: key figures, checks, sample images, speed, values, files, operators. */
import { Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Explain } from '@/components/explain.tsx';
import { figureColumn, FigureTable, wordColumn } from '@/components/figure-table.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Panel } from '@/components/panel.tsx';
import type { ModelCheckState, ModelReportPartsFragment } from '@/generated/graphql.ts';
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatFigure,
} from '@/lib/format.ts';
import classes from './models.module.css';
import { OperatorsPanel } from './operators-panel.tsx';
import { SampleTiles } from './sample-sheet.tsx';

type Report = ModelReportPartsFragment;

interface ModelReportPanelsProps {
  readonly report: Report;
  /** Called when the sample images cannot be loaded any more. */
  readonly onExpired: () => void;
}

const STATES: Readonly<
  Record<ModelCheckState, { readonly word: string; readonly icon: ReactNode }>
> = {
  PASSED: { word: 'Passed', icon: <IconCheck size={14} stroke={2.2} /> },
  WARNED: { word: 'To be looked at', icon: <IconAlertTriangle size={14} stroke={2} /> },
  FAILED: { word: 'Failed', icon: <IconX size={14} stroke={2.2} /> },
  SKIPPED: { word: 'Not made', icon: <IconMinus size={14} stroke={2} /> },
};

/** All of the report, in panels. */
export function ModelReportPanels({ report, onExpired }: ModelReportPanelsProps) {
  const { samples } = report;
  return (
    <>
      {report.speed.length > 0 && <KeyFigures report={report} />}
      <Panel title="Checks" hint={circumstances(report)} padded={false}>
        <ol className={classes.checks}>
          {report.checks.map(({ id, title, state, detail }) => (
            <li key={id} className={classes.check} data-state={state}>
              <span className={classes.checkIcon}>
                {STATES[state].icon}
                <span className="visually-hidden">{STATES[state].word}:</span>
              </span>
              <div className={classes.checkText}>
                <Text fw={560}>{title}</Text>
                <Text size="sm" c="dimmed" className={classes.sentence}>
                  {detail}
                </Text>
              </div>
            </li>
          ))}
        </ol>
      </Panel>
      {samples !== null && (
        <Panel
          title="Sample images"
          hint={`${formatCounted(samples.count, 'image', 'images')} at random latents, without truncation`}
        >
          <SampleTiles sheet={samples} count={samples.count} onExpired={onExpired} />
        </Panel>
      )}
      <div className={classes.halves}>
        {report.speed.length > 0 && <SpeedPanel report={report} />}
        {report.values.length > 0 && <ValuesPanel report={report} />}
      </div>
      {report.files.length > 0 && <FilesPanel report={report} />}
      {report.operators.length > 0 && <OperatorsPanel operators={report.operators} />}
    </>
  );
}

function circumstances({ provider, threads, seconds }: Report): string {
  const where = provider === null ? '' : ` on ${provider}`;
  const width = threads === null ? '' : ` with ${formatCounted(threads, 'thread', 'threads')}`;
  return `Made${where}${width} in ${formatDuration(seconds)}`;
}

function KeyFigures({ report }: { readonly report: Report }) {
  const best = report.speed.at(-1);
  const weights = report.files.reduce((sum, { graph }) => sum + (graph?.weights ?? 0), 0);
  const bytes = report.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const batch = best === undefined ? undefined : `a second, batch ${String(best.batch)}`;
  return (
    <FigureRow>
      <Figure label="Images forward" value={formatFigure(best?.forwardPerSecond)} note={batch} />
      <Figure
        label="Images with gradient"
        value={formatFigure(best?.gradientPerSecond)}
        note={batch}
      />
      <Figure
        label={
          <Explain text="How far the gradient is from central differences along random directions, relative to the gradient's length.">
            Gradient error
          </Explain>
        }
        value={formatFigure(report.gradient?.medianRelativeError, 2)}
        note={
          report.gradient === null
            ? 'not compared'
            : `median; worst ${formatFigure(report.gradient.worstRelativeError, 2)}`
        }
      />
      <Figure label="Weights" value={formatCount(weights)} note={formatBytes(bytes)} />
      <Figure
        label="Most memory"
        value={formatBytes(report.peakMemoryBytes)}
        note="of the whole check"
      />
    </FigureRow>
  );
}

const SPEED_COLUMNS = [
  wordColumn('Batch'),
  figureColumn('Forward'),
  figureColumn('Forward and gradient'),
];

function SpeedPanel({ report }: { readonly report: Report }) {
  return (
    <Panel title="Speed" hint="Images a second, beside whatever else the machine was doing">
      <FigureTable label="Speed" columns={SPEED_COLUMNS}>
        {report.speed.map(({ batch, forwardPerSecond, gradientPerSecond }) => (
          <tr key={batch}>
            <th scope="row">{batch}</th>
            <td data-figure>{formatFigure(forwardPerSecond)}</td>
            <td data-figure>{formatFigure(gradientPerSecond)}</td>
          </tr>
        ))}
      </FigureTable>
    </Panel>
  );
}

const VALUE_COLUMNS = [wordColumn('Value'), ...['Least', 'Mean', 'Greatest'].map(figureColumn)];

function ValuesPanel({ report }: { readonly report: Report }) {
  return (
    <Panel title="Values" hint="What went in and what came out">
      <FigureTable label="Values" columns={VALUE_COLUMNS}>
        {report.values.map(({ name, type, min, mean, max }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              <code className={classes.type}>{type}</code>
            </th>
            <td data-figure>{formatFigure(min)}</td>
            <td data-figure>{formatFigure(mean)}</td>
            <td data-figure>{formatFigure(max)}</td>
          </tr>
        ))}
      </FigureTable>
    </Panel>
  );
}

const FILE_COLUMNS = [
  wordColumn('File'),
  ...['Size', 'Opset', 'Nodes', 'Weights'].map(figureColumn),
];

function FilesPanel({ report }: { readonly report: Report }) {
  return (
    <Panel title="Files">
      <FigureTable label="Files" columns={FILE_COLUMNS}>
        {report.files.map(({ name, sizeBytes, graph }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-figure>{formatBytes(sizeBytes)}</td>
            <td data-figure>{formatCount(graph?.opset)}</td>
            <td data-figure>{formatCount(graph?.nodes)}</td>
            <td data-figure>{formatCount(graph?.weights)}</td>
          </tr>
        ))}
      </FigureTable>
    </Panel>
  );
}
