/** @file Light: the key light's direction and colour, surface normals, and how much light each pixel sends back. */
import { convolve3, sum } from './field.ts';
import type { Field } from './field.ts';
import type { Axis } from './camera.ts';
import { HALF_VIEW, IMAGE_SIZE } from './camera.ts';
import type { Person } from './person.ts';

/** The key light, `[batch, 1, 1, 1]` each, colours `[batch, 3, 1]`. */
export interface Lamp {
  /** Unit vector towards the lamp, screen axes. */
  readonly direction: Axis;
  readonly strength: Field;
  readonly warmth: Field;
}

export function lampOf(person: Person): Lamp {
  const azimuth = person.factor('lightAzimuth').mul(1.12);
  const elevation = person.measure(0.5, { lightElevation: 0.5 });
  const [sa, ca] = [azimuth.sin(), azimuth.cos()];
  const [se, ce] = [elevation.sin(), elevation.cos()];
  return {
    direction: { x: sa.mul(ce), y: se, z: ca.mul(ce) },
    strength: person.measure(0, { lightIntensity: 0.28 }).exp(),
    warmth: person.factor('lightWarmth'),
  };
}

/** Bounds slopes at 1 / sqrt(BOUNDING). */
const BOUNDING = 0.09;

/** Unit normals of the surface with this depth on the fine grid (zero padding spoils the outermost pixels, which are cropped). */
export function normalsOf(depth: Field): Axis {
  const scale = IMAGE_SIZE / (2 * HALF_VIEW) / 8;
  const kernel = (list: readonly number[]): readonly number[] => list.map((value) => value * scale);
  const right = convolve3(depth, kernel([-1, 0, 1, -2, 0, 2, -1, 0, 1]), 1);
  const up = convolve3(depth, kernel([1, 2, 1, 0, 0, 0, -1, -2, -1]), 1);
  const steepness = right.square().add(up.square());
  // Slopes are bounded: at the outline they are infinite in truth and noise on a grid.
  const bounded = steepness.mul(BOUNDING).add(1);
  const z = bounded.div(bounded.add(steepness)).sqrt(0);
  const scaled = bounded.add(steepness).sqrt(0).reciprocal().neg();
  return { x: right.mul(scaled), y: up.mul(scaled), z };
}

/** Light that reaches the eye from a white surface, by cause; each `[batch, 1, rows, columns]`. */
export interface Shading {
  readonly ambient: Field;
  readonly direct: Field;
  /** Direct light softened by scattering under the skin. */
  readonly scattered: Field;
  readonly gloss: Field;
}

/** @param occlusion optical depth of contact shadows, 0 in the open */
export function shade(normal: Axis, lamp: Lamp, occlusion: Field): Shading {
  const { direction } = lamp;
  const facing = sum(
    normal.x.mul(direction.x),
    normal.y.mul(direction.y),
    normal.z.mul(direction.z),
  );
  const open = occlusion.neg().exp();
  const half = direction.z.add(1).mul(2).sqrt(1e-3).reciprocal();
  const aligned = facing.add(normal.z).mul(half);
  return {
    ambient: normal.y.mul(0.22).add(normal.z.mul(0.3)).add(0.5).mul(open),
    direct: facing.positivePart(0.12).mul(occlusion.mul(-0.6).exp()).mul(lamp.strength),
    scattered: facing.mul(0.75).add(0.22).positivePart(0.2).mul(open).mul(lamp.strength),
    gloss: aligned.sub(1).mul(26).exp().mul(open).mul(lamp.strength),
  };
}
