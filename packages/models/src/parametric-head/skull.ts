/**
 * @file The head's surface: an ellipsoid bent into skull, face and jaw, raised by bumps, and where rays meet it.
 *
 * `distance` is about the distance to the surface, negative inside. Lengths are in head units: half an image, some 14 cm.
 */
import { COARSE_SIZE, FINE_SIZE, makeGrid, pointsAt, raysOf } from './camera.ts';
import type { Axis, Grid, Pose } from './camera.ts';
import { evaluateBumps, prepareBumps } from './bumps.ts';
import type { Bump, BumpBank } from './bumps.ts';
import { hairCover } from './hair.ts';
import type { HairShape } from './hair.ts';
import { matMul, sum, table } from './field.ts';
import type { Field } from './field.ts';
import type { Person } from './person.ts';

/** Measures of the skull, `[batch, 1, 1, 1]` each. */
export interface Skull {
  readonly middleY: Field;
  readonly inverseWidth: Field;
  readonly inverseHeight: Field;
  readonly inverseDepth: Field;
  readonly jawNarrowing: Field;
  readonly jawLevel: Field;
  readonly jawCut: Field;
  readonly templeNarrowing: Field;
  readonly faceForward: Field;
  readonly foreheadBack: Field;
  readonly jawDrop: Field;
  readonly mouthY: Field;
  readonly bumps: BumpBank;
  readonly hair: HairShape;
}

/** Steps towards the surface on the coarse grid, and then on the fine grid. */
const COARSE_STEPS = 7;
const FINE_STEPS = 2;
/** Half the skull's depth, which makes the surface function a distance at the front of the face. */
const DEPTH = 0.66;
const MIDDLE_Z = -0.05;
/** Share of the quadratic term in the profile; the rest is quartic, which gives a broader crown and chin. */
const ROUNDNESS = 0.52;
/** The walk starts on the skull's ellipsoid enlarged by 1 / BOUND, which hair and nose stay within. */
const BOUND = 0.84;
/** Rays that only just miss the head are rounded off within this distance. */
const GRAZING = 0.02;

export function prepareSkull(
  person: Person,
  features: readonly Bump[],
  hair: HairShape,
  mouth: { readonly y: Field; readonly drop: Field },
): Skull {
  return {
    middleY: person.measure(0.03, { chinLength: -0.012, skullHeight: 0.012 }),
    inverseWidth: person.measure(1.92, { skullWidth: -0.1, cheekbones: -0.03 }),
    inverseHeight: person.measure(1.285, {
      skullHeight: -0.035,
      faceLength: -0.05,
      chinLength: -0.02,
    }),
    inverseDepth: person.measure(1 / DEPTH, { skullWidth: 0.02 }),
    jawNarrowing: person.measure(0.27, { jawWidth: -0.17, skullWidth: 0.05 }),
    jawLevel: person.measure(-0.45, { jawSquareness: -0.07, chinLength: -0.02 }),
    jawCut: person.measure(2.6, { jawSquareness: -0.7, cheekFullness: -0.4 }),
    templeNarrowing: person.measure(0.1, { skullWidth: 0.02, cheekbones: 0.04 }),
    faceForward: person.measure(0.17, { chinProtrusion: 0.025 }),
    foreheadBack: person.measure(0.04, { foreheadSlope: 0.045 }),
    jawDrop: mouth.drop,
    mouthY: mouth.y,
    bumps: prepareBumps(person, features),
    hair,
  };
}

/** y with the part below the mouth brought back up by as much as the jaw has dropped. */
export function closedJawY(skull: Skull, y: Field): Field {
  return skull.mouthY.sub(y).step(0.055).mul(skull.jawDrop).add(y);
}

/** How far the face below the nose is in front of the skull's middle. */
function lowerFace(skull: Skull, y: Field): Field {
  return y.add(0.2).step(-0.14).mul(skull.faceForward);
}

/** What the surface function returns with the distance, for reuse where the surface is. */
export interface SurfacePoint {
  readonly distance: Field;
  /** Coordinates on the face with closed jaw. */
  readonly plane: { readonly x: Field; readonly side: Field; readonly y: Field };
  readonly point: Axis;
}

function surface(skull: Skull, point: Axis, size: number): SurfacePoint {
  const { x, z } = point;
  const y = closedJawY(skull, point.y);
  const side = x.abs(0.02);
  const height = y.sub(skull.middleY).mul(skull.inverseHeight).square();
  const profile = height
    .mul(1 - ROUNDNESS)
    .add(ROUNDNESS)
    .mul(height);
  const jaw = skull.jawLevel.sub(y).step(0.145).mul(skull.jawNarrowing);
  const temple = y.sub(0.12).bell(0.1).mul(z.sub(0.12).step(0.1)).mul(skull.templeNarrowing);
  const lower = lowerFace(skull, y);
  const upper = y.sub(0.36).step(0.12).mul(skull.foreheadBack);
  const wide = x.mul(jaw.add(temple).add(1).mul(skull.inverseWidth)).square();
  const deep = z.sub(MIDDLE_Z).sub(lower).add(upper).mul(skull.inverseDepth).square();
  // Behind and below the jaw's edge the head is cut away towards the neck.
  const below = y.add(0.24).mul(-1).positivePart(0.05);
  const cut = z.sub(0.3).mul(-1).positivePart(0.08).mul(below).mul(skull.jawCut);
  const radius = sum(wide, profile, deep, cut).sqrt(1e-4);
  const plane = { x, side, y };
  const front = z.sub(0.08).step(0.09);
  const raised = evaluateBumps(skull.bumps, plane, { rows: size, columns: size }).mul(front);
  const hair = hairCover(skull.hair, { x, side, y: point.y, z });
  return { distance: radius.sub(1).mul(DEPTH).sub(raised).sub(hair.volume), plane, point };
}

/** The visible surface on the fine grid. */
export interface HeadSurface extends SurfacePoint {
  readonly depth: Field;
  /** How far the surface is in front of the skull's middle along the ray; near 0 at the outline only. */
  readonly bulk: Field;
  readonly grid: Grid;
}

/** Walks every ray from the ellipsoid around the skull to the surface: most steps coarse, the last one fine. */
export function intersectHead(skull: Skull, pose: Pose): HeadSurface {
  const { builder } = skull.middleY;
  const coarse = makeGrid(builder, COARSE_SIZE);
  const fine = makeGrid(builder, FINE_SIZE);
  const rays = raysOf(pose, coarse);
  const lengthening = skull.jawDrop.mul(-0.55).add(BOUND);
  const middleY = skull.middleY.sub(skull.jawDrop.mul(0.45));
  const scale = {
    x: skull.inverseWidth.mul(BOUND),
    y: skull.inverseHeight.mul(lengthening),
    z: skull.inverseDepth.mul(BOUND),
  };
  const o = {
    x: rays.origin.x.mul(scale.x),
    y: rays.origin.y.sub(middleY).mul(scale.y),
    // The ellipsoid leans forward with the face, so that its middle is where the outline is.
    z: rays.origin.z.sub(MIDDLE_Z).sub(lowerFace(skull, rays.origin.y)).mul(scale.z),
  };
  const d = {
    x: rays.direction.x.mul(scale.x),
    y: rays.direction.y.mul(scale.y),
    z: rays.direction.z.mul(scale.z),
  };
  const a = sum(d.x.square(), d.y.square(), d.z.square());
  const b = sum(o.x.mul(d.x), o.y.mul(d.y), o.z.mul(d.z));
  const c = sum(o.x.square(), o.y.square(), o.z.square()).sub(1);
  const discriminant = b.square().sub(a.mul(c)).positivePart(0.1);
  const slope = discriminant.sqrt(1e-4);
  const nearest = b.div(a).neg();
  const stride = slope.mul(DEPTH).add(0.12).reciprocal().mul(0.64);
  let ahead = slope.div(a);
  for (let step = 0; step < COARSE_STEPS; step += 1) {
    const { distance } = surface(skull, pointsAt(rays, ahead.add(nearest)), COARSE_SIZE);
    ahead = ahead.sub(distance.mul(stride)).positivePart(GRAZING);
  }
  const fineRays = raysOf(pose, fine);
  const fineStride = enlarge(stride);
  const bulk = enlarge(ahead);
  let refined = bulk.add(enlarge(nearest));
  let distance = refined;
  for (let step = 0; step < FINE_STEPS; step += 1) {
    ({ distance } = surface(skull, pointsAt(fineRays, refined), FINE_SIZE));
    refined = refined.sub(distance.mul(fineStride).mul(distance.bell(0.05)));
  }
  const point = pointsAt(fineRays, refined);
  const y = closedJawY(skull, point.y);
  return {
    distance,
    point,
    plane: { x: point.x, side: point.x.abs(0.02), y },
    depth: refined,
    bulk,
    grid: fine,
  };
}

/** Cubic interpolation from the coarse to the fine grid, as two constant matrices. */
function enlarge(field: Field): Field {
  const { builder } = field;
  const rows = upsampling();
  const left = table(builder, rows, [1, 1, FINE_SIZE, COARSE_SIZE]);
  const transposed = Float32Array.from({ length: rows.length }, (_, index) => {
    return rows[(index % FINE_SIZE) * COARSE_SIZE + Math.floor(index / FINE_SIZE)] ?? 0;
  });
  return matMul(matMul(left, field), table(builder, transposed, [1, 1, COARSE_SIZE, FINE_SIZE]));
}

/** `[FINE_SIZE, COARSE_SIZE]`: Catmull-Rom weights at the quarter points, edges repeated. */
function upsampling(): Float32Array {
  const matrix = new Float32Array(FINE_SIZE * COARSE_SIZE);
  for (let row = 0; row < FINE_SIZE; row += 1) {
    const position = (row + 0.5) / 2 - 0.5;
    const base = Math.floor(position);
    const f = position - base;
    const weights = [
      -0.5 * f + f ** 2 - 0.5 * f ** 3,
      1 - 2.5 * f ** 2 + 1.5 * f ** 3,
      0.5 * f + 2 * f ** 2 - 1.5 * f ** 3,
      -0.5 * f ** 2 + 0.5 * f ** 3,
    ];
    for (const [offset, weight] of weights.entries()) {
      const column = Math.min(COARSE_SIZE - 1, Math.max(0, base - 1 + offset));
      const index = row * COARSE_SIZE + column;
      matrix[index] = (matrix[index] ?? 0) + weight;
    }
  }
  return matrix;
}

/** Share of each pixel that the head covers; `frayed` moves the outline outwards by a length where hair ends. */
export function headCoverage(head: HeadSurface, frayed: Field): Field {
  // Well inside the outline the head covers the pixel even where the walk stopped short under an overhang of hair.
  return frayed
    .add(0.019)
    .sub(head.distance)
    .add(head.bulk.sub(0.2).positivePart(0.04).mul(0.4))
    .step(0.0055);
}
