/** @file What is behind and below the head: neck, shoulders in a shirt, long hair at the back, and the studio's background. */
import { sum } from './field.ts';
import type { Field } from './field.ts';
import { project } from './camera.ts';
import type { Axis, Grid, Pose } from './camera.ts';
import type { HairShape } from './hair.ts';
import type { Person } from './person.ts';

/** Coverage and shading of the body, on the fine grid. */
export interface Body {
  readonly backHair: Field;
  /** Long hair that falls in front of the shoulders. */
  readonly frontLock: Field;
  readonly backHairTexture: Field;
  /** Neck and shoulders together, skin or cloth. */
  readonly body: Field;
  readonly shirt: Field;
  readonly normal: Axis;
  readonly occlusion: Field;
  readonly backdrop: Field;
}

export function paintBody(person: Person, pose: Pose, grid: Grid, hair: HairShape): Body {
  const neck = project(pose, 0, -0.62, -0.12);
  const nape = project(pose, 0, 0.1, -0.25);
  const chin = project(pose, 0, -0.7, 0.45);
  const { x, y } = grid;
  const centreX = neck.x.mul(y.add(0.55).mul(0.9).add(0.9));
  const across = x.sub(centreX);
  const spread = y.add(0.8).neg().positivePart(0.06);
  const neckHalf = spread
    .mul(0.35)
    .add(person.measure(0.335, { jawWidth: 0.035, skullWidth: 0.012, facialHair: 0.02 }));
  const reach = across.abs(0.03).sub(neckHalf.mul(0.98));
  const neckCover = reach.step(-0.008).mul(y.add(0.2).step(-0.03));
  const slope = reach.positivePart(0.05).mul(-0.26).add(-0.86);
  const shoulders = slope.sub(y).step(0.011);
  const collarCurve = across
    .square()
    .mul(1.1)
    .add(person.measure(-1.0, { shirtHue: 0.02, shirtLightness: -0.02 }));
  const collar = collarCurve.sub(y);
  const shirt = collar.step(0.007);
  const nx = across.div(neckHalf.add(0.12)).mul(0.95);
  const round = nx.mul(0.6).tanh();
  const underChin = y.sub(chin.y).add(0.04).step(0.08).mul(x.sub(chin.x).bell(0.34));
  const hem = collar.bell(0.018).mul(0.5);
  const sternum = across.abs(0.02).sub(y.add(0.86).mul(-0.6).add(0.02)).bell(0.03).mul(0.16);

  const down = y.sub(nape.y);
  const wave = down.mul(17).add(x.mul(5)).sin().mul(hair.curl).mul(0.022);
  const backHalf = person
    .measure(0.3, { skullWidth: 0.03, hairVolume: 0.03 })
    .add(hair.long.mul(0.29))
    .add(down.neg().positivePart(0.2).mul(0.02))
    .sub(down.add(0.05).step(0.11).mul(0.13))
    .add(wave);
  const fromNape = x.sub(nape.x);
  const hang = hair.long
    .mul(-1.1)
    .sub(0.2)
    .add(person.measure(0, { hairLength: -0.1 }));
  const backHair = backHalf
    .sub(fromNape.abs(0.03))
    .step(0.012)
    .mul(down.sub(hang).step(0.035))
    .mul(down.sub(0.3).step(-0.03));
  const inner = person
    .measure(0.33, { jawWidth: 0.02 })
    .add(wave)
    .add(down.add(0.7).neg().positivePart(0.1).mul(0.3));
  const frontLock = backHair.mul(fromNape.abs(0.03).sub(inner).step(0.014));
  const strand = fromNape.mul(52).add(wave.mul(90));
  const backHairTexture = sum(
    strand.sin().mul(0.16),
    strand.mul(2.3).add(down.mul(6)).sin().mul(0.1),
  ).add(0.85);

  const corner = x.sub(-0.25).square().add(y.sub(0.3).square());
  return {
    backHair,
    frontLock,
    backHairTexture,
    body: shoulders.add(neckCover.mul(shoulders.complement())),
    shirt,
    normal: { x: round, y: shoulders.mul(0.4), z: round.square().mul(-0.6).add(0.9) },
    occlusion: sum(underChin.mul(1.4), hem, sternum).add(0.3).mul(frontLock.mul(-0.75).add(1)),
    backdrop: corner.mul(-0.24).add(1),
  };
}
