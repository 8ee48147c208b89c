/** @file Colours of a person and a studio, linear light, from pigment factors. */
import { concat, constant, reshape } from './field.ts';
import type { Field } from './field.ts';
import type { Person } from './person.ts';

/** Red, green and blue of linear light, `[batch, 1, 1, 1]` each. */
export type Colour = readonly [red: Field, green: Field, blue: Field];

/** A colour as people write it, 0 … 255 per channel. */
type Written = readonly [red: number, green: number, blue: number];

export interface Palette {
  readonly skin: Colour;
  readonly blush: Colour;
  readonly lips: Colour;
  readonly hair: Colour;
  readonly brow: Colour;
  readonly iris: Colour;
  readonly irisRim: Colour;
  readonly shirt: Colour;
  readonly backdrop: Colour;
}

/** The display curve is a square root (see `expose`), so squares of written values are linear. */
function linear([red, green, blue]: Written): readonly [number, number, number] {
  return [(red / 255) ** 2, (green / 255) ** 2, (blue / 255) ** 2];
}

export function fixed(person: Person, written: Written): Colour {
  const [red, green, blue] = linear(written);
  return [
    constant(person.builder, red),
    constant(person.builder, green),
    constant(person.builder, blue),
  ];
}

/** Runs through `stops` as `position` goes from -1 to 1, by smooth weights around evenly spaced places. */
function gradient(position: Field, stops: readonly Written[]): Colour {
  const width = 1.1 / (stops.length - 1);
  const weights = stops.map((_, index) =>
    position.sub((2 * index) / (stops.length - 1) - 1).bell(width),
  );
  const total = weights.reduce((sum, weight) => sum.add(weight)).reciprocal();
  const channel = (pick: 0 | 1 | 2): Field =>
    weights
      .map((weight, index) => weight.mul(linear(stops[index] ?? [0, 0, 0])[pick]))
      .reduce((sum, part) => sum.add(part))
      .mul(total);
  return [channel(0), channel(1), channel(2)];
}

function blend(from: Colour, to: Colour, weight: Field | number): Colour {
  return [from[0].lerp(to[0], weight), from[1].lerp(to[1], weight), from[2].lerp(to[2], weight)];
}

/** A colour with its channels multiplied. */
export function tint(
  colour: Colour,
  factors: readonly [Field | number, Field | number, Field | number],
): Colour {
  return [colour[0].mul(factors[0]), colour[1].mul(factors[1]), colour[2].mul(factors[2])];
}

export function paletteOf(person: Person): Palette {
  const base = gradient(person.factor('skinMelanin').mul(1.15), [
    [246, 206, 180],
    [234, 186, 152],
    [206, 156, 120],
    [160, 112, 82],
    [100, 66, 48],
  ]);
  const skin = tint(base, [
    person.measure(1, { skinUndertone: 0.04 }),
    person.measure(1, { skinUndertone: -0.04 }),
    person.measure(1, { skinUndertone: -0.1 }),
  ]);
  const fair = person.measure(0.25, { skinMelanin: -0.75 }).mul(2).sigmoid();
  const natural = gradient(person.measure(0.15, { hairDarkness: 0.9, skinMelanin: 0.7 }), [
    [222, 186, 128],
    [168, 122, 76],
    [104, 70, 46],
    [62, 42, 32],
    [34, 27, 25],
    [24, 21, 22],
  ]);
  const red = tint(natural, [1.55, 0.82, 0.55]);
  const warm = blend(natural, red, person.measure(-1.3, { hairWarmth: 3 }).sigmoid().mul(fair));
  const hair = blend(
    warm,
    fixed(person, [172, 168, 164]),
    person.measure(-4.2, { age: 6 }).sigmoid().mul(0.85),
  );
  const iris = gradient(person.measure(0.15, { irisColour: 0.8, skinMelanin: 0.75 }), [
    [84, 120, 152],
    [80, 110, 102],
    [86, 88, 50],
    [78, 52, 30],
    [44, 29, 22],
  ]);
  return {
    skin,
    blush: tint(skin, [1.02, 0.66, 0.62]),
    lips: blend(
      tint(skin, [0.9, 0.5, 0.5]),
      fixed(person, [172, 62, 70]),
      person.measure(0.2, { lipColour: 0.25 }),
    ),
    hair,
    brow: tint(blend(hair, fixed(person, [40, 30, 26]), 0.35), [0.8, 0.8, 0.8]),
    iris,
    irisRim: tint(iris, [0.3, 0.3, 0.34]),
    shirt: shirtOf(person),
    backdrop: gradient(person.factor('background'), [
      [150, 160, 172],
      [186, 186, 184],
      [206, 198, 188],
    ]),
  };
}

function shirtOf(person: Person): Colour {
  const hue = gradient(person.factor('shirtHue'), [
    [70, 100, 150],
    [90, 130, 120],
    [150, 148, 146],
    [160, 90, 80],
    [110, 70, 110],
  ]);
  const level = person.measure(-0.4, { shirtLightness: 1.1 }).exp();
  return tint(hue, [level, level, level]);
}

/** Colours as the columns of a matrix `[batch, 3, colours]`. */
export function columns(colours: readonly [Colour, ...Colour[]], like: Field): Field {
  const channels = ([0, 1, 2] as const).map((channel) => {
    const [first, ...rest] = colours.map((colour) => colour[channel].add(like.mul(0)));
    if (first === undefined) throw new RangeError('A palette needs at least one colour.');
    return concat([first, ...rest], 3);
  });
  const [red, green, blue] = channels;
  if (red === undefined || green === undefined || blue === undefined)
    throw new RangeError('A colour has three channels.');
  return reshape(concat([red, green, blue], 2), [0, 3, colours.length]);
}
