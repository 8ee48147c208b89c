/** @file Everything there is to see, part by part, before any of it hides another: surface, painted layers, body and ears. */
import { FACE_BUMPS } from './anatomy.ts';
import { paintBody } from './body.ts';
import type { Body } from './body.ts';
import { evaluateBumps, prepareBumps } from './bumps.ts';
import { FINE_SIZE, poseOf } from './camera.ts';
import type { Axis } from './camera.ts';
import { paintEar } from './ears.ts';
import type { Ear } from './ears.ts';
import { paintEyes } from './eyes.ts';
import type { EyeLayers } from './eyes.ts';
import { slice, sum } from './field.ts';
import type { Field } from './field.ts';
import { hairCover, paintHair, prepareHair } from './hair.ts';
import type { HairLayers } from './hair.ts';
import { lampOf, normalsOf } from './light.ts';
import type { Lamp } from './light.ts';
import { paintMouth, prepareMouth } from './mouth.ts';
import type { MouthLayers } from './mouth.ts';
import type { Person } from './person.ts';
import { RELIEF_BUMPS } from './relief.ts';
import { paintSkin } from './skin.ts';
import type { SkinLayers } from './skin.ts';
import { headCoverage, intersectHead, prepareSkull } from './skull.ts';
import type { HeadSurface } from './skull.ts';

/** The parts of a picture on the fine grid. */
export interface Scene {
  readonly lamp: Lamp;
  readonly head: HeadSurface;
  /** Share of the pixel inside the head's outline. */
  readonly coverage: Field;
  /** 1 on the face's side of the head, 0 behind the ears. */
  readonly front: Field;
  /** Normals of the head with its fine relief. */
  readonly facing: Axis;
  readonly faceShade: Field;
  readonly blush: Field;
  readonly eyes: EyeLayers;
  /** Share of the pixel where the eyeball shows between the lids. */
  readonly eyeball: Field;
  readonly mouth: MouthLayers;
  readonly hair: HairLayers;
  /** Where no hair covers the head. */
  readonly bald: Field;
  readonly skin: SkinLayers;
  readonly body: Body;
  readonly ears: readonly Ear[];
}

export function paintScene(person: Person): Scene {
  const hairShape = prepareHair(person);
  const mouthShape = prepareMouth(person);
  const skull = prepareSkull(person, FACE_BUMPS, hairShape, mouthShape);
  const pose = poseOf(person);
  const lamp = lampOf(person);
  const head = intersectHead(skull, pose);
  const { plane, point } = head;
  const size = { rows: FINE_SIZE, columns: FINE_SIZE };
  const relief = evaluateBumps(prepareBumps(person, RELIEF_BUMPS), plane, size);
  const height = slice(relief, 0, 1, 1);
  const faceShade = slice(relief, 1, 2, 1);
  const blush = slice(relief, 2, 3, 1);
  const front = point.z.sub(0.1).step(0.06);
  const eyes = paintEyes(person, plane, pose, lamp.direction);
  // Lips and hair do not move up with the closed jaw.
  const actual = { x: plane.x, side: plane.side, y: point.y, z: point.z };
  const mouth = paintMouth(person, mouthShape, actual);
  const { above } = hairCover(hairShape, actual);
  const hair = paintHair(hairShape, above, actual);
  const skin = paintSkin(person, plane);
  const bald = hair.cover.complement();
  const coverage = headCoverage(head, hair.relief.mul(2.5).positivePart(0.002));
  const detail = sum(height, mouth.relief).mul(front).mul(bald).add(hair.relief);
  const facing = normalsOf(head.depth.add(detail));
  const eyeball = eyes.opening.mul(front);
  const body = paintBody(person, pose, head.grid, hairShape);
  const ears = ([-1, 1] as const).map((side) => paintEar(person, pose, head.grid, hairShape, side));
  return {
    lamp,
    head,
    coverage,
    front,
    facing,
    faceShade,
    blush,
    eyes,
    eyeball,
    mouth,
    hair,
    bald,
    skin,
    body,
    ears,
  };
}
