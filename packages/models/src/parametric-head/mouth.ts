/** @file The mouth: two lips with a cupid's bow, the line between them, and what shows when they part. */
import { sum } from './field.ts';
import type { Field } from './field.ts';
import type { Person } from './person.ts';

/** Measures of the mouth that the skull needs too, `[batch, 1, 1, 1]`. */
export interface MouthShape {
  readonly y: Field;
  /** How far the jaw drops. */
  readonly drop: Field;
}

/** Shares of each layer in a pixel, and relief. */
export interface MouthLayers {
  readonly lips: Field;
  readonly gap: Field;
  readonly teeth: Field;
  readonly tongue: Field;
  /** Height of the lips over the face, head units. */
  readonly relief: Field;
  /** Darkening around and between the lips. */
  readonly shade: Field;
}

export function prepareMouth(person: Person): MouthShape {
  return {
    y: person.measure(-0.405, { mouthHeight: -0.018, noseLength: -0.012, disgust: 0.012 }),
    drop: person.measure(0, { mouthOpen: 0.19 }),
  };
}

/** Paints at head coordinates x and y (with the jaw where it is, not closed). */
export function paintMouth(
  person: Person,
  mouth: MouthShape,
  { x, side, y }: { readonly x: Field; readonly side: Field; readonly y: Field },
): MouthLayers {
  const width = person.measure(0.178, {
    mouthWidth: 0.02,
    smile: 0.04,
    mouthOpen: -0.022,
    disgust: -0.006,
  });
  const s = side.div(width);
  const ss = s.square();
  const arch = ss.complement();
  const lobe = arch.positivePart(0.12);
  const line = ss
    .mul(person.measure(0, { smile: 0.052, disgust: -0.022, mouthOpen: -0.006 }))
    .add(mouth.y)
    .add(arch.mul(-0.004));
  const opening = person
    .measure(0, { smile: 0.04, disgust: 0.01, mouthOpen: 0.03 })
    .add(mouth.drop.mul(1.02));
  const parted = arch.mul(opening);
  const innerUpper = line.add(parted.mul(0.22));
  const innerLower = line.sub(parted.mul(0.78));
  const bow = x.bell(0.022).mul(-0.24).add(side.sub(0.045).bell(0.03).mul(0.2)).add(0.86);
  const thinned = person.measure(1, { smile: -0.12, mouthOpen: -0.1 });
  const upperHeight = person
    .measure(0.046, { upperLip: 0.014, lipColour: 0.002, disgust: 0.006 })
    .mul(thinned)
    .mul(lobe)
    .mul(bow);
  const lowerHeight = person.measure(0.062, { lowerLip: 0.016 }).mul(thinned).mul(lobe);
  const top = innerUpper.add(upperHeight);
  const bottom = innerLower.sub(lowerHeight);
  const inside = s.sub(1.0).step(-0.03);
  const lips = top.sub(y).step(0.008).mul(y.sub(bottom).step(0.009)).mul(inside);
  const gap = innerUpper
    .sub(y)
    .add(0.0065)
    .step(0.0065)
    .mul(y.sub(innerLower).add(0.0065).step(0.0065))
    .mul(inside);
  const upperLobe = y
    .sub(top.add(innerUpper).mul(0.5))
    .div(upperHeight.mul(0.5).add(0.01))
    .square()
    .mul(-0.7)
    .exp();
  const lowerLobe = y
    .sub(bottom.add(innerLower).mul(0.5))
    .div(lowerHeight.mul(0.5).add(0.01))
    .square()
    .mul(-0.7)
    .exp();
  const relief = upperLobe.mul(0.011).add(lowerLobe.mul(0.019)).mul(lobe);
  const teethHeight = person.measure(0.036, { mouthOpen: 0.004 });
  const corner = side.sub(width.mul(0.96)).bell(0.018).mul(y.sub(line).bell(0.018)).mul(0.4);
  const under = y.sub(bottom).add(0.022).bell(0.016).mul(side.bell(0.085)).mul(0.34);
  return {
    lips,
    gap,
    teeth: y
      .sub(innerUpper.sub(teethHeight))
      .step(0.006)
      .mul(opening.sub(0.024).step(0.007))
      .mul(s.sub(0.84).step(-0.06)),
    tongue: y
      .sub(innerLower.add(opening.mul(0.3)))
      .step(-0.014)
      .mul(opening.sub(0.08).step(0.02)),
    relief,
    shade: sum(
      corner,
      under,
      gap.mul(y.sub(innerUpper).bell(0.02).mul(0.5).add(0.25)),
      gap.mul(s.bell(0.6)).mul(-0.12),
    ),
  };
}
