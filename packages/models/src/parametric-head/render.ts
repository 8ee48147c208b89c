/** @file Puts the parts together: factors to anatomy, rays to surface, paint, light, and the finished image. */
import { concat, constant, matMul, reshape, slice, sum } from './field.ts';
import type { Field } from './field.ts';
import { cropToImage, FINE_SIZE, poseOf } from './camera.ts';
import type { Axis } from './camera.ts';
import { FACE_BUMPS } from './anatomy.ts';
import { evaluateBumps, prepareBumps } from './bumps.ts';
import { paintBody } from './body.ts';
import { paintEar } from './ears.ts';
import { paintEyes } from './eyes.ts';
import { hairCover, paintHair, prepareHair } from './hair.ts';
import { lampOf, normalsOf, shade } from './light.ts';
import { paintMouth, prepareMouth } from './mouth.ts';
import { columns, fixed, paletteOf } from './palette.ts';
import type { Colour } from './palette.ts';
import type { Person } from './person.ts';
import { RELIEF_BUMPS } from './relief.ts';
import { paintSkin } from './skin.ts';
import { headCoverage, intersectHead, prepareSkull } from './skull.ts';

/** The image `[batch, 3, 128, 128]`, RGB in [-1, 1], of the people. */
export function renderHead(person: Person): Field {
  const { builder } = person;
  const hairShape = prepareHair(person);
  const mouthShape = prepareMouth(person);
  const skull = prepareSkull(person, FACE_BUMPS, hairShape, mouthShape);
  const pose = poseOf(person);
  const lamp = lampOf(person);
  const head = intersectHead(skull, pose);
  const { plane, point } = head;

  const relief = evaluateBumps(prepareBumps(person, RELIEF_BUMPS), plane, { rows: FINE_SIZE, columns: FINE_SIZE });
  const [bumpHeight, bumpShade, bumpBlush] = [0, 1, 2].map((output) => slice(relief, output, output + 1, 1)) as [Field, Field, Field];
  const front = point.z.sub(0.1).step(0.06);
  const eyes = paintEyes(person, plane, pose, lamp.direction);
  const mouth = paintMouth(person, mouthShape, { x: plane.x, side: plane.side, y: point.y });
  const cover = hairCover(hairShape, { x: plane.x, side: plane.side, y: point.y, z: point.z });
  const hair = paintHair(person, hairShape, cover.above, { x: plane.x, side: plane.side, y: point.y, z: point.z });
  const skin = paintSkin(person, plane);
  const bald = hair.cover.complement();
  const coverage = headCoverage(head, hair.relief.mul(2.5).positivePart(0.002));

  const detail = sum(bumpHeight, mouth.relief).mul(front).mul(bald).add(hair.relief);
  const facing = normalsOf(head.depth.add(detail));
  const eyeball = eyes.opening.mul(front);

  // Background to front: back hair, body, ears, head.
  const body = paintBody(person, pose, head.grid, hairShape);
  const ears = ([-1, 1] as const).map((side) => paintEar(person, pose, head.grid, hairShape, side));
  let earCover = head.depth.mul(0);
  let normal: Axis = body.normal;
  let occlusion = body.occlusion;
  for (const ear of ears) {
    const inFront = ear.depth.sub(head.depth).step(0.02);
    const share = ear.coverage.mul(inFront.complement().mul(coverage).complement());
    normal = lerpAxis(normal, ear.normal, share);
    occlusion = occlusion.lerp(ear.occlusion, share);
    earCover = earCover.lerp(1, share);
  }
  const headShare = coverage.mul(ears.map((ear) => ear.coverage.mul(ear.depth.sub(head.depth).step(0.02)).complement()).reduce((all, one) => all.mul(one)));
  const headShade = sum(bumpShade, eyes.shade, mouth.shade).mul(front).mul(bald).add(hair.shade).add(eyes.ballShade.mul(eyeball));
  normal = lerpAxis(normal, facing, headShare);
  occlusion = occlusion.lerp(headShade, headShare);
  const light = shade(normal, lamp, occlusion.positivePart(0.02));

  // Shares of the colours, from the front backwards.
  const open = (layer: Field): Field => layer.mul(front);
  const stack: [Field, Colour][] = [];
  const palette = paletteOf(person);
  let left = headShare;
  const put = (share: Field, colour: Colour): void => {
    stack.push([left.mul(share), colour]);
    left = left.sub(left.mul(share));
  };
  put(hair.cover, palette.hair);
  put(open(eyes.brow), palette.brow);
  put(open(eyes.lash), fixed(person, [26, 20, 20]));
  const inEye = left.mul(eyeball);
  left = left.sub(inEye);
  const outside = left;
  left = inEye;
  put(eyes.iris.mul(eyes.pupil), fixed(person, [8, 8, 10]));
  put(eyes.iris.mul(eyes.irisRim), palette.irisRim);
  put(eyes.iris, palette.iris);
  put(eyes.tearDuct.mul(0.6), fixed(person, [214, 140, 130]));
  stack.push([left, fixed(person, [200, 195, 190])]);
  left = outside;
  const gap = open(mouth.gap);
  put(gap.mul(mouth.teeth), fixed(person, [232, 225, 212]));
  put(gap.mul(mouth.tongue), fixed(person, [150, 66, 66]));
  put(gap, fixed(person, [52, 20, 20]));
  put(open(mouth.lips).mul(0.82), palette.lips);
  put(skin.beard.mul(point.z.add(0.12).step(0.06)), palette.brow);
  put(skin.freckles.mul(front), palette.blush.map((channel, index) => channel.mul([0.62, 0.6, 0.6][index] ?? 1)) as unknown as Colour);
  put(bumpBlush.mul(front), palette.blush);
  const bare = left;

  const behind = headShare.complement();
  const earShare = behind.mul(earCover);
  const afterEar = behind.sub(earShare);
  const lock = afterEar.mul(body.frontLock);
  const afterLock = afterEar.sub(lock);
  const bodyShare = afterLock.mul(body.body);
  const rest = afterLock.sub(bodyShare);
  const backHair = rest.mul(body.backHair);
  const neck = bodyShare.mul(body.shirt.complement());
  stack.push([bare.add(neck), palette.skin]);
  stack.push([earShare, palette.skin.map((channel, index) => channel.mul([1.0, 0.88, 0.86][index] ?? 1)) as unknown as Colour]);
  stack.push([bodyShare.mul(body.shirt), palette.shirt]);
  stack.push([lock.add(backHair.mul(0.6)).mul(body.backHairTexture), palette.hair]);

  const texture = skin.texture.mul(hair.cover.complement()).add(hair.texture.add(light.gloss.mul(hair.sheen).mul(0.9)).mul(hair.cover)).mul(headShare).add(behind);
  const albedo = matMul(
    columns(stack.map(([, colour]) => colour) as [Colour, ...Colour[]], lamp.strength),
    reshape(concat(stack.map(([share]) => share) as [Field, ...Field[]], 1), [0, stack.length, -1]),
  );
  const surface = reshape(albedo, [0, 3, FINE_SIZE, FINE_SIZE]).mul(texture);

  const one = constant(builder, 1);
  const fleshy = sum(headShare.mul(bald).mul(eyeball.mul(0.8).complement()), earShare, neck);
  const warm = lamp.warmth;
  const lamps: [Colour, ...Colour[]] = [
    [warm.mul(-0.02).add(0.31), one.mul(0.32), warm.mul(0.03).add(0.35)],
    [warm.mul(0.05).add(0.7), one.mul(0.73), warm.mul(-0.08).add(0.72)],
    [warm.mul(0.02).add(0.35), one.mul(0.2), one.mul(0.16)],
    [one.mul(0.24), one.mul(0.24), one.mul(0.24)],
  ];
  const lit = reshape(
    matMul(columns(lamps, lamp.strength), reshape(concat([light.ambient, light.direct, light.scattered.mul(fleshy), light.scattered.mul(fleshy.complement())], 1), [0, 4, -1])),
    [0, 3, FINE_SIZE, FINE_SIZE],
  );
  const wet = sum(
    eyes.catchLight.mul(eyeball).mul(1.8),
    open(mouth.lips).mul(gap.complement()).mul(light.gloss).mul(0.2),
    hair.cover.mul(hair.sheen).mul(light.gloss).mul(0.05),
    bald.mul(light.gloss).mul(skin.oil),
  ).mul(headShare);
  const back = rest.mul(body.backHair.complement()).mul(body.backdrop).mul(0.62);
  const backdrop = concat([palette.backdrop[0].mul(back), palette.backdrop[1].mul(back), palette.backdrop[2].mul(back)], 1);
  return expose(cropToImage(surface.mul(lit).add(wet).add(backdrop)));
}

/** Linear light to a display value: a shoulder that never clips, then the square root that stands in for a gamma of 2.2. */
function expose(light: Field): Field {
  return light.mul(-1.9).exp().complement().mul(0.99).sqrt(2e-4).mul(2).sub(1);
}

function lerpAxis(from: Axis, to: Axis, weight: Field): Axis {
  return { x: from.x.lerp(to.x, weight), y: from.y.lerp(to.y, weight), z: from.z.lerp(to.z, weight) };
}
