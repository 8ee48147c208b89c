/** @file Skin: mottling, freckles, oiliness, and the beard that grows through it. */
import { sum } from './field.ts';
import type { Field } from './field.ts';
import type { FacePlane } from './bumps.ts';
import type { Person } from './person.ts';

export interface SkinLayers {
  /** Factor on the colour, about 1. */
  readonly texture: Field;
  readonly freckles: Field;
  readonly beard: Field;
  /** Weight of the gloss. */
  readonly oil: Field;
}

export function paintSkin(person: Person, { x, side, y }: FacePlane): SkinLayers {
  const drift = x.mul(13).add(y.mul(7)).sin();
  const drift2 = y.mul(15).sub(x.mul(9)).sin();
  const mottle = sum(
    x.mul(23).add(drift2).sin().mul(y.mul(27).add(drift).sin()),
    x
      .mul(61)
      .add(drift2.mul(3))
      .sin()
      .mul(y.mul(57).add(drift.mul(3)).sin())
      .mul(0.7),
  );
  const spots = sum(
    x
      .mul(89)
      .add(drift2.mul(5))
      .sin()
      .mul(y.mul(97).add(drift.mul(5)).sin()),
    x.mul(103).sub(drift.mul(5)).add(y.mul(31)).sin().mul(0.5),
  );
  const nearCheeks = y.add(0.12).bell(0.13);
  const freckles = spots
    .sub(0.92)
    .step(0.09)
    .mul(nearCheeks)
    .mul(person.measure(-0.08, { freckles: 0.6 }).positivePart(0.03));

  const line = side.square().mul(1.75).sub(0.42).add(side.bell(0.12).mul(0.12));
  const beardless = person.measure(0, { hairLength: -3, facialHair: 7 }).sub(4.2).sigmoid();
  const bristles = x
    .mul(78)
    .add(drift.mul(5))
    .sin()
    .add(y.mul(61).add(x.mul(47)).add(drift2.mul(4)).sin())
    .mul(0.025)
    .add(drift2.mul(0.03))
    .add(0.88);
  const beard = line
    .sub(y)
    .step(0.03)
    .mul(beardless)
    .mul(bristles)
    .mul(person.measure(0.5, { facialHair: 0.3, browThickness: 0.12 }));
  return {
    texture: mottle.mul(0.016).add(1),
    freckles,
    beard,
    oil: x.bell(0.16).mul(0.028).add(0.026),
  };
}
