/** @file Where the latents of both classes of a direction lie: range, spread and mean of each side, and the plane between them. */
import type { DirectionPartsFragment, SidePartsFragment } from '@/generated/graphql.ts';
import { formatCounted, formatSigned } from '@/lib/format.ts';
import classes from './sets.module.css';

const WIDTH = 320;
const HEIGHT = 64;
const EDGE = 8;

/** Distances along the direction in latent units, the negative class above, the positive one below. */
export function SidePlot({ direction }: { readonly direction: DirectionPartsFragment }) {
  const { negative, positive, negativeSide, positiveSide } = direction;
  const from = Math.min(negativeSide.min, positiveSide.min, 0);
  const to = Math.max(negativeSide.max, positiveSide.max, 0);
  const x = (value: number) => EDGE + ((value - from) / (to - from || 1)) * (WIDTH - 2 * EDGE);
  return (
    <figure className={classes.plot}>
      <svg
        viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
        role="img"
        aria-label={`${negative}: ${describe(negativeSide)}. ${positive}: ${describe(positiveSide)}.`}
      >
        <line className={classes.plane} x1={x(0)} x2={x(0)} y1={2} y2={HEIGHT - 2} />
        <Side side={negativeSide} y={20} x={x} kind="negative" />
        <Side side={positiveSide} y={44} x={x} kind="positive" />
      </svg>
      <figcaption className={classes.sides}>
        <SideWords name={negative} side={negativeSide} kind="negative" />
        <SideWords name={positive} side={positiveSide} kind="positive" />
      </figcaption>
    </figure>
  );
}

function Side({
  side,
  y,
  x,
  kind,
}: {
  readonly side: SidePartsFragment;
  readonly y: number;
  readonly x: (value: number) => number;
  readonly kind: 'negative' | 'positive';
}) {
  const { min, max, mean, deviation } = side;
  const [low, high] = [Math.max(min, mean - deviation), Math.min(max, mean + deviation)];
  return (
    <g data-kind={kind} className={classes.side}>
      <line x1={x(min)} x2={x(max)} y1={y} y2={y} />
      <rect x={x(low)} width={Math.max(1, x(high) - x(low))} y={y - 6} height={12} rx={3} />
      <circle cx={x(mean)} cy={y} r={3.5} />
    </g>
  );
}

function SideWords({
  name,
  side,
  kind,
}: {
  readonly name: string;
  readonly side: SidePartsFragment;
  readonly kind: 'negative' | 'positive';
}) {
  return (
    <span className={classes.sideWords}>
      <i data-kind={kind} aria-hidden />
      <b>{name}</b>
      <span className="figures">
        {formatSigned(side.mean, 2)} ± {side.deviation.toFixed(2)},{' '}
        {formatCounted(side.count, 'latent', 'latents')}
      </span>
    </span>
  );
}

function describe({ mean, deviation, min, max }: SidePartsFragment): string {
  return `mean ${formatSigned(mean, 2)}, deviation ${deviation.toFixed(2)}, from ${formatSigned(min, 2)} to ${formatSigned(max, 2)}`;
}
