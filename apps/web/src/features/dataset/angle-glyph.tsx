/** @file An angle drawn as an angle: two rays and the arc between them. */

interface AngleGlyphProps {
  readonly radians: number;
  readonly size?: number;
}

const RADIUS = 42;
const ORIGIN_X = 8;
const ORIGIN_Y = 52;

/** Decorative; the figure stands beside it in words. */
export function AngleGlyph({ radians, size = 60 }: AngleGlyphProps) {
  const angle = Math.min(Math.PI, Math.max(0, radians));
  // Past a right angle the origin moves to the middle, so that the second ray stays inside.
  const originX = angle > Math.PI / 2 ? 30 : ORIGIN_X;
  const reach = angle > Math.PI / 2 ? 27 : RADIUS;
  const end = point(originX, reach, angle);
  const arc = reach * 0.52;
  const arcEnd = point(originX, arc, angle);
  return (
    <svg width={size} height={size} viewBox="0 0 60 60" aria-hidden="true" style={{ flex: 'none' }}>
      <path
        d={`M${String(originX)} ${String(ORIGIN_Y)} L${String(originX + arc)} ${String(ORIGIN_Y)} A${String(arc)} ${String(arc)} 0 0 0 ${arcEnd} Z`}
        fill="var(--series-inter)"
        opacity={0.18}
      />
      <path
        d={`M${String(originX + reach)} ${String(ORIGIN_Y)} L${String(originX)} ${String(ORIGIN_Y)} L${end}`}
        fill="none"
        stroke="var(--series-inter)"
        strokeWidth={1.6}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx={originX + reach} cy={ORIGIN_Y} r={4} fill="var(--series-intra)" />
      <circle
        cx={Number(end.split(' ')[0])}
        cy={Number(end.split(' ')[1])}
        r={4}
        fill="var(--series-mean)"
      />
    </svg>
  );
}

function point(originX: number, radius: number, angle: number): string {
  const x = originX + radius * Math.cos(angle);
  const y = ORIGIN_Y - radius * Math.sin(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
