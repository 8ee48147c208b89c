/** @file What hides what: normals and contact shadows of the nearest part, and each colour's share of the pixel. */
import type { Axis } from './camera.ts';
import { sum } from './field.ts';
import type { Field } from './field.ts';
import { fixed, tint } from './palette.ts';
import type { Colour, Palette } from './palette.ts';
import type { Person } from './person.ts';
import type { Scene } from './scene.ts';

/** The nearest part at every pixel. */
export interface Visible {
  readonly normal: Axis;
  /** Optical depth of contact shadows. */
  readonly occlusion: Field;
  /** Share of the pixel that is head, ears not counted. */
  readonly headShare: Field;
  readonly earCover: Field;
}

/** Body behind ears behind head, unless the pose brings an ear to the front. */
export function nearestParts(scene: Scene): Visible {
  const { head, coverage, front, bald, body, ears, eyes, hair } = scene;
  let earCover = head.depth.mul(0);
  let { normal, occlusion } = body;
  for (const ear of ears) {
    const inFront = ear.depth.sub(head.depth).step(0.02);
    const share = ear.coverage.mul(inFront.complement().mul(coverage).complement());
    normal = lerpAxis(normal, ear.normal, share);
    occlusion = occlusion.lerp(ear.occlusion, share);
    earCover = earCover.lerp(1, share);
  }
  const headShare = coverage.mul(
    ears
      .map((ear) => ear.coverage.mul(ear.depth.sub(head.depth).step(0.02)).complement())
      .reduce((all, one) => all.mul(one)),
  );
  const headShade = sum(scene.faceShade, eyes.shade, scene.mouth.shade)
    .mul(front)
    .mul(bald)
    .add(hair.shade)
    .add(eyes.ballShade.mul(scene.eyeball));
  return {
    normal: lerpAxis(normal, scene.facing, headShare),
    occlusion: occlusion.lerp(headShade, headShare),
    headShare,
    earCover,
  };
}

/** A colour and its share of every pixel. */
export interface Paint {
  readonly share: Field;
  readonly colour: Colour;
}

/** All paints of a picture, and the shares that light and background need. */
export interface Composition {
  readonly paints: readonly [Paint, ...Paint[]];
  readonly earShare: Field;
  readonly neck: Field;
  /** What neither the head nor the ears cover … */
  readonly behind: Field;
  /** … and neither locks nor the body. */
  readonly rest: Field;
  /** The open mouth between the lips. */
  readonly gap: Field;
}

/** Divides every pixel among the paints, from the front backwards; what is left over is background. */
export function dividePixels(
  person: Person,
  scene: Scene,
  visible: Visible,
  palette: Palette,
): Composition {
  const { eyes, eyeball, mouth, skin, body, front } = scene;
  const open = (layer: Field): Field => layer.mul(front);
  const hairPaint = { share: visible.headShare.mul(scene.hair.cover), colour: palette.hair };
  const paints: [Paint, ...Paint[]] = [hairPaint];
  let left = visible.headShare.sub(visible.headShare.mul(scene.hair.cover));
  const put = (share: Field, colour: Colour): void => {
    paints.push({ share: left.mul(share), colour });
    left = left.sub(left.mul(share));
  };
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
  paints.push({ share: left, colour: fixed(person, [200, 195, 190]) });
  left = outside;
  const gap = open(mouth.gap);
  put(gap.mul(mouth.teeth), fixed(person, [232, 225, 212]));
  put(gap.mul(mouth.tongue), fixed(person, [150, 66, 66]));
  put(gap, fixed(person, [52, 20, 20]));
  put(open(mouth.lips).mul(0.82), palette.lips);
  put(skin.beard.mul(scene.head.point.z.add(0.12).step(0.06)), palette.brow);
  put(skin.freckles.mul(front), tint(palette.blush, [0.62, 0.6, 0.6]));
  put(scene.blush.mul(front), palette.blush);
  const bare = left;

  const behind = visible.headShare.complement();
  const earShare = behind.mul(visible.earCover);
  const afterEar = behind.sub(earShare);
  const lock = afterEar.mul(body.frontLock);
  const afterLock = afterEar.sub(lock);
  const bodyShare = afterLock.mul(body.body);
  const rest = afterLock.sub(bodyShare);
  const backHair = rest.mul(body.backHair);
  const neck = bodyShare.mul(body.shirt.complement());
  paints.push({ share: bare.add(neck), colour: palette.skin });
  paints.push({ share: earShare, colour: tint(palette.skin, [1, 0.88, 0.86]) });
  paints.push({ share: bodyShare.mul(body.shirt), colour: palette.shirt });
  const hanging = lock.add(backHair.mul(0.6)).mul(body.backHairTexture);
  paints.push({ share: hanging, colour: palette.hair });
  return { paints, earShare, neck, behind, rest, gap };
}

function lerpAxis(from: Axis, to: Axis, weight: Field): Axis {
  return {
    x: from.x.lerp(to.x, weight),
    y: from.y.lerp(to.y, weight),
    z: from.z.lerp(to.z, weight),
  };
}
