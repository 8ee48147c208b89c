/** @file Ears: shells at the sides of the head, in front of or behind its surface as the pose has it. */
import { sum } from './field.ts';
import type { Field } from './field.ts';
import { project } from './camera.ts';
import type { Axis, Grid, Pose } from './camera.ts';
import type { HairShape } from './hair.ts';
import type { Person } from './person.ts';

/** One ear on the fine grid. */
export interface Ear {
  readonly coverage: Field;
  readonly depth: Field;
  readonly normal: Axis;
  readonly occlusion: Field;
}

/** @param sideSign -1 for the ear on the left of the image, 1 for the one on the right */
export function paintEar(
  person: Person,
  pose: Pose,
  grid: Grid,
  hair: HairShape,
  sideSign: -1 | 1,
): Ear {
  const centre = project(pose, 0.535 * sideSign, -0.03, -0.04);
  const size = person.measure(1, { earSize: 0.13 });
  const flare = pose.right.x.mul(0.045).add(pose.forward.x.mul(-0.1 * sideSign));
  const half = flare.positivePart(0.03).add(0.012).mul(size);
  const tall = size.mul(0.145);
  const dy = grid.y.sub(centre.y);
  const lean = dy.mul(0.16 * sideSign);
  // Narrower towards the lobe; the bound is reached far below the ear, and keeps the divisor off zero.
  const widening = dy.div(tall).mul(0.26).add(1).atLeast(0.3);
  const u = grid.x
    .sub(centre.x)
    .sub(lean)
    .sub(person.measure(0.018, { skullWidth: 0.03 }).mul(sideSign))
    .div(half.mul(widening));
  const v = dy.div(tall);
  const radius = sum(u.square(), v.square().mul(v.square().mul(0.25).add(0.75))).sqrt(1e-4);
  const rim = radius.sub(0.82).bell(0.13);
  const inner = sum(u.add(0.1 * sideSign).square(), v.add(0.12).square().mul(1.3))
    .mul(-3)
    .exp();
  const slant = radius.sub(0.8).mul(rim).mul(3);
  return {
    coverage: radius.sub(1).step(-0.055).mul(hair.long.sub(0.5).step(-0.06)),
    depth: centre.z.add(0.075),
    normal: {
      x: u.mul(slant.add(0.28)),
      y: v.mul(slant.add(0.15)),
      z: radius.square().mul(-0.25).add(0.92),
    },
    occlusion: inner.mul(1.5).add(rim.mul(-0.15)).add(0.25),
  };
}
