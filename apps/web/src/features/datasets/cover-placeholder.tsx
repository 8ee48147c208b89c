/** @file The cover of a dataset without images: particles, arranged by its name. */
import { crowd, step } from '@/features/auth/particles.ts';

const WIDTH = 320;
const HEIGHT = 132;
const COUNT = 26;
const STEPS = 60;
const FILLS = [
  '--mantine-color-verdigris-4',
  '--mantine-color-amber-4',
  '--mantine-color-heather-4',
];

/** Fills its container. */
export function CoverPlaceholder({ seed }: { readonly seed: string }) {
  let particles = crowd(
    COUNT,
    Array.from(seed).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7),
  );
  for (let index = 0; index < STEPS; index += 1) particles = step(particles, WIDTH / HEIGHT);
  return (
    <svg
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      preserveAspectRatio="xMidYMid slice"
      width="100%"
      height="100%"
    >
      {particles.map((particle, index) => (
        <circle
          key={index}
          cx={(particle.x * WIDTH).toFixed(1)}
          cy={(particle.y * HEIGHT).toFixed(1)}
          r={(particle.radius * HEIGHT * 1.6).toFixed(1)}
          fill={`var(${FILLS[Math.floor(particle.tone * FILLS.length)] ?? ''})`}
          opacity={0.35}
        />
      ))}
    </svg>
  );
}
