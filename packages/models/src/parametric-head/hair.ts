/** @file Hair: where it grows, how far it stands off the skull, its strands and colour. */
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
  readonly curl: Field;
  /** 0 short … 1 long. */
  readonly long: Field;
}

export function prepareHair(person: Person): HairShape {
  const long = person.measure(0, { hairLength: 3.2 }).sigmoid();
  return {
    line: person.measure(0.44, { hairline: 0.06, skullHeight: 0.02 }),
    fall: person.measure(1.08, { hairline: 0.1 }).add(long.mul(0.75)),
    fringe: person.measure(0, { fringe: 0.26 }).mul(long.mul(0.6).add(0.4)),
    parting: person.measure(0, { hairParting: 0.2 }),
    volume: person.measure(0.05, { hairVolume: 0.025 }).add(long.mul(0.035)),
    crown: person.measure(0.04, { hairVolume: 0.035 }),
    curl: person.measure(0, { hairCurl: 3 }).sigmoid(),
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
export function hairCover(hair: HairShape, { x, side, y, z }: ScalpPoint): { readonly above: Field; readonly volume: Field } {
  const parted = x.sub(hair.parting);
  const fringeLine = parted.square().mul(1.4).add(-0.02).sub(parted.abs(0.05).mul(0.25));
  const fringe = z.sub(0.3).step(0.06).mul(hair.fringe).mul(fringeLine.mul(-1.2).add(1));
  const temples = side.sub(0.27).bell(0.09).mul(z.sub(0.3).step(0.08)).mul(0.05);
  const above = y.sub(hair.line).sub(z.sub(0.56).mul(hair.fall)).add(fringe).sub(temples);
  const volume = above.step(0.03).mul(y.sub(0.42).step(0.14).mul(hair.crown).add(hair.volume));
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

export function paintHair(person: Person, hair: HairShape, above: Field, { x, side, y, z }: ScalpPoint): HairLayers {
  const away = y.sub(1.2).neg();
  const flow = x.sub(hair.parting).div(away.add(0.15)).add(z.mul(0.22));
  const wave = y.mul(16).add(flow.mul(9)).sin().mul(hair.curl).mul(0.05);
  const strand = flow.add(wave);
  const curls = x.mul(34).add(z.mul(12)).sin().mul(y.mul(31).sub(z.mul(14)).sin()).mul(hair.curl);
  const fine = strand.mul(92).sin().mul(0.3).add(strand.mul(47).add(y.mul(3)).sin().mul(0.36)).add(strand.mul(21).sub(y.mul(4)).sin().mul(0.34));
  const tangle = fine.mul(hair.curl.mul(-0.45).add(1)).add(curls.mul(0.8));
  const ragged = above.add(tangle.mul(0.016));
  const cover = ragged.step(0.013);
  const parting = x.sub(hair.parting).bell(0.02).mul(y.sub(0.45).step(0.06)).mul(0.3);
  void side;
  return {
    cover,
    relief: tangle.mul(0.0042).mul(cover),
    shade: cover.mul(above.sub(0.01).bell(0.05).mul(0.55).add(parting)).add(above.add(0.03).bell(0.045).mul(cover.complement()).mul(0.45)),
    texture: tangle.mul(0.2).add(0.92),
    sheen: y.sub(0.6).bell(0.12).mul(tangle.mul(0.5).add(0.9)).add(0.25),
  };
}
