/** @file The camera: pixel grids, the head's rotation, and rays in head coordinates. */
import { slice, table } from './field.ts';
import type { Field } from './field.ts';
import type { GraphBuilder } from '@colloid/onnx';
import type { Person } from './person.ts';

/** Pixels of the image, and of the two rendering grids: the fine one has a border that the normals need. */
export const IMAGE_SIZE = 128;
export const FINE_SIZE = 132;
export const COARSE_SIZE = 66;

/** Half the height of what the image shows, head units. */
export const HALF_VIEW = 1.05;

/** Largest angles, radians. */
export const MAX_YAW = 0.62;
export const MAX_PITCH = 0.34;
export const MAX_ROLL = 0.1;

/** Screen coordinates of a grid: x `[1, 1, 1, size]` to the right, y `[1, 1, size, 1]` up; the image spans -HALF_VIEW to HALF_VIEW. */
export interface Grid {
  readonly size: number;
  readonly x: Field;
  readonly y: Field;
}

export function makeGrid(builder: GraphBuilder, size: number): Grid {
  const pixel = (2 * HALF_VIEW * FINE_SIZE) / IMAGE_SIZE / size;
  const centres = Array.from({ length: size }, (_, index) => (index + 0.5 - size / 2) * pixel);
  return {
    size,
    x: table(builder, centres, [1, 1, 1, size]),
    y: table(builder, centres.toReversed(), [1, 1, size, 1]),
  };
}

/** The head's rotation: rows are the head's axes seen from the screen, each entry `[batch, 1, 1, 1]`. */
export interface Pose {
  readonly right: Axis;
  readonly up: Axis;
  readonly forward: Axis;
  readonly yaw: Field;
  readonly pitch: Field;
}

/** A vector with one entry per screen axis. */
export interface Axis {
  readonly x: Field;
  readonly y: Field;
  readonly z: Field;
}

/** Depth, in head units in front of the skull's middle, of the point that the pose leaves in its place. */
const PIVOT_DEPTH = 0.26;
const PIVOT_HEIGHT = -0.06;
/** Screen height of that point. */
const PIVOT_SCREEN_Y = -0.04;

export function poseOf(person: Person): Pose {
  const yaw = person.factor('yaw').mul(MAX_YAW);
  const pitch = person.factor('pitch').mul(MAX_PITCH);
  const roll = person.factor('roll').mul(MAX_ROLL);
  const [sy, cy] = [yaw.sin(), yaw.cos()];
  const [sp, cp] = [pitch.sin(), pitch.cos()];
  const [sr, cr] = [roll.sin(), roll.cos()];
  // Roll after pitch after yaw, applied to the head's axes: first (right, up, forward) turned by yaw and pitch …
  const right = { x: cy, y: sy.mul(sp), z: sy.mul(cp).neg() };
  const up = { x: sy.mul(0), y: cp, z: sp };
  const forward = { x: sy, y: cy.mul(sp).neg(), z: cy.mul(cp) };
  // … then by roll in the image plane.
  const rolled = (axis: Axis): Axis => ({
    x: axis.x.mul(cr).sub(axis.y.mul(sr)),
    y: axis.x.mul(sr).add(axis.y.mul(cr)),
    z: axis.z,
  });
  return { right: rolled(right), up: rolled(up), forward: rolled(forward), yaw, pitch };
}

/** Rays of a grid in head coordinates: the point at depth t in front of the pivot is origin + t direction. */
export interface Rays {
  readonly origin: Axis;
  /** Towards the viewer; per image. */
  readonly direction: Axis;
}

export function raysOf(pose: Pose, grid: Grid): Rays {
  const y = grid.y.sub(PIVOT_SCREEN_Y);
  const along = (axis: Axis): Field => grid.x.mul(axis.x).add(y.mul(axis.y));
  return {
    origin: {
      x: along(pose.right),
      y: along(pose.up).add(PIVOT_HEIGHT),
      z: along(pose.forward).add(PIVOT_DEPTH),
    },
    direction: { x: pose.right.z, y: pose.up.z, z: pose.forward.z },
  };
}

/** Where rays are at depth `t`. */
export function pointsAt(rays: Rays, t: Field): Axis {
  return {
    x: rays.direction.x.mul(t).add(rays.origin.x),
    y: rays.direction.y.mul(t).add(rays.origin.y),
    z: rays.direction.z.mul(t).add(rays.origin.z),
  };
}

/** Screen position and depth of the head point (x, y, z), per image. */
export function project(pose: Pose, x: number, y: number, z: number): Axis {
  const [dx, dy, dz] = [x, y - PIVOT_HEIGHT, z - PIVOT_DEPTH];
  const along = (pick: (axis: Axis) => Field): Field =>
    pick(pose.right).mul(dx).add(pick(pose.up).mul(dy)).add(pick(pose.forward).mul(dz));
  return {
    x: along((axis) => axis.x),
    y: along((axis) => axis.y).add(PIVOT_SCREEN_Y),
    z: along((axis) => axis.z),
  };
}

/** The image `[batch, channels, 128, 128]` inside the fine grid's border. */
export function cropToImage(field: Field): Field {
  const border = (FINE_SIZE - IMAGE_SIZE) / 2;
  return slice(field, border, FINE_SIZE - border, 2, 3);
}
