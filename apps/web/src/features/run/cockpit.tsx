/** @file The cockpit of the references: forces, step, distances, time per phase, rate, and the closest pair. */
import { Text } from '@mantine/core';
import { Explain, Theta } from '@/components/explain.tsx';
import { figureColumn, FigureTable } from '@/components/figure-table.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Panel } from '@/components/panel.tsx';
import type {
  IterationPointFragment,
  PreviewSheetFragment,
  RunLiveFragment,
} from '@/generated/graphql.ts';
import {
  formatCounted,
  formatDegrees,
  formatDuration,
  formatFigure,
  formatRadians,
  formatTimeLeft,
} from '@/lib/format.ts';
import {
  type ForceRow,
  forceRows,
  isAtRest,
  iterationRate,
  numberAt,
  type PhaseSeconds,
  phaseSeconds,
  spreadAt,
  timedPoints,
} from './cockpit-figures.ts';
import classes from './cockpit.module.css';

const FORCE_HELP =
  'Lengths of the forces on the identities at the last step, in latent units. Repulsion pushes close identities apart; total is repulsion and pull together.';

interface CockpitProps {
  readonly run: RunLiveFragment;
  readonly points: readonly IterationPointFragment[];
  readonly total: number | null;
  /** Whether identities are placed one after another: iterations are then draws. */
  readonly isInTurn: boolean;
  readonly previews: readonly PreviewSheetFragment[];
}

/** Everything about the last iteration of the references. */
export function Cockpit({ run, points, total, isInTurn, previews }: CockpitProps) {
  const last = points.at(-1);
  if (last === undefined) return null;
  const forces = forceRows(points);
  const timed = timedPoints(points).at(-1);
  // The final state takes no step, so the last step is the one before it.
  const stepped = points.findLast(({ timestep }) => timestep !== null);
  const latent = spreadAt(last.statistics, ['latentDistance']);
  const gallery = spreadAt(last.statistics, ['galleryTheta']);
  const rate = isInTurn ? null : iterationRate(points, run.identityCount);
  const sheet = previews.at(-1);
  return (
    <Panel
      title="Cockpit"
      hint={
        <span className="figures">
          {isInTurn
            ? `After ${formatCounted(last.iteration, 'draw', 'draws')}`
            : `Iteration ${String(last.iteration)}`}
          {total === null ? '' : ` of ${String(total)}`}
          {run.state === 'RUNNING' && run.stage === 'REFERENCES'
            ? ` · ${formatTimeLeft(run.secondsLeft)}`
            : ''}
          {isAtRest(run, last, total) && ', then at rest: no force acts on anybody any more'}
        </span>
      }
    >
      <FigureRow>
        <Figure
          label="Smallest θ"
          value={<Theta value={last.thetaMin} digits={3} withUnit />}
          note={closestNote(last)}
        />
        <Figure
          label="Mean θ"
          value={<Theta value={last.thetaMean} digits={3} withUnit />}
          note={formatDegrees(last.thetaMean)}
        />
        <Figure
          label="Time step dt"
          value={formatFigure(stepped?.timestep)}
          note={stepped === undefined ? 'no step yet' : 'last step'}
        />
        <Figure
          label="Latent distance"
          value={formatFigure(latent?.min)}
          note={`smallest; mean ${formatFigure(latent?.mean)}`}
        />
        <Figure
          label="Mean radius"
          value={formatFigure(numberAt(last.statistics, ['meanRadius']))}
          note="from the mean latent"
        />
        {gallery !== null && (
          <Figure
            label="θ to the gallery"
            value={<Theta value={gallery.min} digits={3} withUnit />}
            note={`smallest; mean ${formatRadians(gallery.mean, 3)}`}
          />
        )}
      </FigureRow>
      <div className={classes.parts}>
        {forces.length > 0 && <Forces rows={forces} />}
        <div className={classes.aside}>
          {timed !== undefined && (
            <Phases
              phases={phaseSeconds(timed)}
              what={isInTurn ? 'The last batch of draws took' : 'One iteration takes'}
              rate={rate}
            />
          )}
          {sheet !== undefined && <ClosestPair sheet={sheet} isTold={closestOf(last) !== null} />}
        </div>
      </div>
    </Panel>
  );
}

const FORCE_COLUMNS = [
  { key: 'force', title: <Explain text={FORCE_HELP}>Force</Explain> },
  ...['min', 'mean', 'max'].map(figureColumn),
  {
    key: 'means',
    title: <span className="visually-hidden">Mean over the iterations</span>,
  },
];

function Forces({ rows }: { readonly rows: readonly ForceRow[] }) {
  return (
    <FigureTable label="Forces" columns={FORCE_COLUMNS}>
      {rows.map(({ name, label, latest, means }) => (
        <tr key={name} className={name === 'total' ? classes.total : undefined}>
          <th scope="row">{label}</th>
          <td data-figure>{formatFigure(latest.min)}</td>
          <td data-figure>{formatFigure(latest.mean)}</td>
          <td data-figure>{formatFigure(latest.max)}</td>
          <td className={classes.sparkCell}>
            <Sparkline values={means} />
          </td>
        </tr>
      ))}
    </FigureTable>
  );
}

/** A line of all values, the last one marked. */
function Sparkline({ values }: { readonly values: readonly number[] }) {
  const top = Math.max(...values, 0) || 1;
  const x = (index: number) => (values.length < 2 ? 100 : (index / (values.length - 1)) * 100);
  const y = (value: number) => 22 - (value / top) * 20;
  const path = values.map((value, index) => `${String(x(index))},${String(y(value))}`).join(' ');
  return (
    <svg className={classes.spark} viewBox="0 0 104 24" preserveAspectRatio="none" aria-hidden>
      <polyline points={path} />
    </svg>
  );
}

function Phases({
  phases,
  what,
  rate,
}: {
  readonly phases: readonly PhaseSeconds[];
  readonly what: string;
  readonly rate: number | null;
}) {
  const total = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  return (
    <div>
      <Text size="sm" c="dimmed" className="figures">
        {what} {shortSeconds(total)}
        {rate !== null && `: ${formatFigure(rate)} identities × iterations per second`}
      </Text>
      <div className={classes.bar} aria-hidden>
        {phases.map(({ name, seconds }) => (
          <span key={name} data-phase={name} style={{ flexGrow: seconds / total }} />
        ))}
      </div>
      <ul className={classes.legend}>
        {phases.map(({ name, label, seconds }) => (
          <li key={name}>
            <i data-phase={name} aria-hidden />
            {label} <span className="figures">{shortSeconds(seconds)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The identities that are closest, where the run tells them. */
function closestOf({ statistics }: IterationPointFragment): readonly [number, number] | null {
  const first = numberAt(statistics, ['closest', 'first']);
  const second = numberAt(statistics, ['closest', 'second']);
  return first === null || second === null ? null : [first, second];
}

function closestNote(point: IterationPointFragment): string {
  const degrees = formatDegrees(point.thetaMin);
  const pair = closestOf(point);
  return pair === null
    ? degrees
    : `${degrees}, of identities ${String(pair[0])} and ${String(pair[1])}`;
}

/** Phases of small runs take milliseconds. */
function shortSeconds(seconds: number): string {
  return seconds < 1 ? `${formatFigure(seconds * 1000, 2)} ms` : formatDuration(seconds);
}

interface ClosestPairProps {
  readonly sheet: PreviewSheetFragment;
  /** Whether the run tells the closest pair of every iteration; sheets of older runs begin with the pair that began closest. */
  readonly isTold: boolean;
}

/** The first two faces of a sheet. */
function ClosestPair({ sheet, isTold }: ClosestPairProps) {
  const { url, columns, rows, iteration } = sheet;
  if (columns < 2) return null;
  const name = isTold ? 'closest pair' : 'pair that began closest';
  return (
    <figure className={classes.pair}>
      <div>
        {[0, 1].map((column) => (
          <span
            key={column}
            role="img"
            aria-label={`Face ${String(column + 1)} of the ${name}`}
            style={{
              backgroundImage: `url("${url}")`,
              backgroundSize: `${String(columns * 100)}% ${String(rows * 100)}%`,
              backgroundPosition: `${String((column / (columns - 1)) * 100)}% 0%`,
            }}
          />
        ))}
      </div>
      <figcaption>
        <Text size="sm" c="dimmed" className="figures">
          The {name}, at iteration {iteration}
        </Text>
      </figcaption>
    </figure>
  );
}
