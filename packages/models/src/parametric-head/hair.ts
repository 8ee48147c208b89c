/** @file Hair: where it grows, how far it stands off the skull, its strands and colour. */
import { sum } from './field.ts';
import type { Field } from './field.ts';
import type { Person } from './person.ts';

/** Measures of the hair, `[batch, 1, 1, 1]` each. */
export interface HairShape {
  /** Height of the hairline in the middle of the forehead. */
  readonly line: Field;
  /** How fast the hairline falls towards the ears: short hair leaves them free, long hair covers them. */
  readonly fall: Field;
  readonly fringe: Field;
  readonly parting: Field;
  readonly volume: Field;
  readonly crown: Field;
  /** Which side the hair is combed to, and how much. */
  readonly sweep: Field;
  readonly curl: Field;
  /** How far the hair has drawn back at the temples. */
  readonly recession: Field;
  /** 0 short … 1 long. */
  readonly long: Field;
}

export function prepareHair(person: Person): HairShape {
  const long = person.measure(-0.5, { hairLength: 5 }).sigmoid();
  return {
    line: person.measure(0.525, { hairline: 0.06, skullHeight: 0.02, age: 0.03 }),
    fall: person.measure(1.08, { hairline: 0.1 }).add(long.mul(0.75)),
    fringe: person.measure(0, { fringe: 0.26 }).mul(long.mul(0.6).add(0.4)),
    parting: person.measure(0, { hairParting: 0.22 }),
    volume: person.measure(0.055, { hairVolume: 0.022 }).add(long.mul(0.03)),
    crown: person.measure(0.05, { hairVolume: 0.035, hairCurl: 0.015 }),
    sweep: person.measure(0, { hairParting: -0.6 }),
    curl: person.measure(0, { hairCurl: 3 }).sigmoid(),
    recession: person.measure(0.06, { hairline: 0.07, age: 0.06 }).mul(long.complement()),
    long,
  };
}

/** Head coordinates for hair: y is not moved by the jaw. */
export interface ScalpPoint {
  readonly x: Field;
  readonly side: Field;
  readonly y: Field;
  readonly z: Field;
}

/** The signed height above the hairline, and how far the hair stands off the skull. */
export function hairCover(
  hair: HairShape,
  { x, side, y, z }: ScalpPoint,
): { readonly above: Field; readonly volume: Field } {
  const parted = x.sub(hair.parting);
  const fringeLine = parted.square().mul(1.4).add(-0.02).sub(parted.abs(0.05).mul(0.25));
  const fringe = z.sub(0.3).step(0.06).mul(hair.fringe).mul(fringeLine.mul(-1.2).add(1));
  const temples = side.sub(0.27).bell(0.09).mul(z.sub(0.3).step(0.08)).mul(hair.recession);
  const short = hair.long.complement();
  const nape = y.add(0.1).neg().positivePart(0.08).mul(short).mul(2.6);
  const ear = z.add(0.02).bell(0.13).mul(y.sub(0.1).step(-0.04)).mul(short).mul(0.5);
  const jaw = y.add(0.42).neg().positivePart(0.06).mul(2.2);
  const above = y
    .sub(hair.line)
    .sub(z.sub(0.56).mul(hair.fall))
    .add(fringe)
    .sub(temples)
    .sub(nape)
    .sub(ear)
    .sub(jaw);
  const swept = parted.mul(2.2).tanh().mul(hair.sweep).add(1);
  const volume = above
    .sub(0.015)
    .step(0.05)
    .mul(y.sub(0.42).step(0.14).mul(hair.crown).mul(swept).add(hair.volume));
  return { above, volume };
}

/** The look of the hair on the visible surface. */
export interface HairLayers {
  readonly cover: Field;
  readonly relief: Field;
  readonly shade: Field;
  /** Factor on the colour, about 1. */
  readonly texture: Field;
  readonly sheen: Field;
}

/** @param above what `hairCover` gives for the same points */
export function paintHair(hair: HairShape, above: Field, { x, y, z }: ScalpPoint): HairLayers {
  // The half-angle's tangent around an upright axis through the crown: strands run down from it, and nowhere in circles.
  const across = x.sub(hair.parting.mul(0.6));
  const along = z.add(0.12);
  const flow = across
    .div(across.square().add(along.square()).sqrt(0.01).add(along).add(0.1))
    .mul(1.6);
  const wave = y
    .mul(17)
    .add(flow.mul(7))
    .add(z.mul(5).sin().mul(2))
    .sin()
    .mul(hair.curl)
    .mul(0.085);
  const strand = flow.add(wave);
  const curls = x
    .mul(30)
    .add(z.mul(14))
    .add(y.mul(13).sin().mul(2))
    .sin()
    .mul(y.mul(33).sub(z.mul(10)).add(x.mul(19).sin().mul(2)).sin())
    .mul(hair.curl);
  // Strands crowd where the head turns away: the finest fade there before they would alias.
  const near = flow.square().mul(-0.9).exp();
  const fine = sum(
    strand.mul(74).sin().mul(0.32).mul(near),
    strand.mul(37).add(y.mul(3)).sin().mul(0.38),
    strand.mul(16).sub(y.mul(4)).sin().mul(0.34),
  );
  const tangle = fine.mul(hair.curl.mul(-0.25).add(1)).add(curls.mul(0.42));
  const ragged = above.add(tangle.mul(0.016));
  const cover = ragged.step(0.013);
  const parting = x.sub(hair.parting).bell(0.02).mul(y.sub(0.45).step(0.06)).mul(0.3);
  return {
    cover,
    relief: tangle.mul(0.0042).mul(cover),
    shade: cover
      .mul(above.sub(0.01).bell(0.05).mul(0.55).add(parting))
      .add(above.add(0.03).bell(0.045).mul(cover.complement()).mul(0.45)),
    texture: tangle.mul(0.3).add(0.92),
    sheen: y.sub(0.6).bell(0.12).mul(tangle.mul(0.5).add(0.9)).add(0.25),
  };
}
