/** @file The finished image: the parts of the scene composed, lit and exposed. */
import { cropToImage, FINE_SIZE } from './camera.ts';
import { dividePixels, nearestParts } from './compose.ts';
import type { Composition, Visible } from './compose.ts';
import { concat, constant, matMul, reshape, sum } from './field.ts';
import type { Field } from './field.ts';
import { shade } from './light.ts';
import type { Shading } from './light.ts';
import { columns, paletteOf } from './palette.ts';
import type { Colour } from './palette.ts';
import type { Person } from './person.ts';
import { paintScene } from './scene.ts';
import type { Scene } from './scene.ts';

/** The image `[batch, 3, 128, 128]`, RGB in [-1, 1], of the people. */
export function renderHead(person: Person): Field {
  const scene = paintScene(person);
  const visible = nearestParts(scene);
  const light = shade(visible.normal, scene.lamp, visible.occlusion.positivePart(0.02));
  const palette = paletteOf(person);
  const composition = dividePixels(person, scene, visible, palette);
  const { hair, body } = scene;
  const texture = scene.skin.texture
    .mul(hair.cover.complement())
    .add(hair.texture.add(light.gloss.mul(hair.sheen).mul(0.9)).mul(hair.cover))
    .mul(visible.headShare)
    .add(composition.behind);
  const [first, ...rest] = composition.paints;
  const colours = columns(
    [first.colour, ...rest.map((paint) => paint.colour)],
    scene.lamp.strength,
  );
  const albedo = mix(colours, [first.share, ...rest.map((paint) => paint.share)]);
  const surface = albedo.mul(texture);
  const lit = lightOn(scene, visible, composition, light);
  const gloss = glossOf(scene, composition, light).mul(visible.headShare);
  const open = composition.rest.mul(body.backHair.complement()).mul(body.backdrop).mul(0.62);
  const [red, green, blue] = palette.backdrop;
  const backdrop = concat([red.mul(open), green.mul(open), blue.mul(open)], 1);
  return expose(cropToImage(surface.mul(lit).add(gloss).add(backdrop)));
}

/** The light that falls on every pixel `[batch, 3, rows, columns]`; skin glows red where light scatters under it. */
function lightOn(
  { bald, eyeball, lamp }: Scene,
  { headShare }: Visible,
  { earShare, neck }: Composition,
  { ambient, direct, scattered }: Shading,
): Field {
  const one = constant(lamp.warmth.builder, 1);
  const fleshy = sum(headShare.mul(bald).mul(eyeball.mul(0.8).complement()), earShare, neck);
  const { warmth } = lamp;
  const colours: readonly [Colour, ...Colour[]] = [
    [warmth.mul(-0.02).add(0.31), one.mul(0.32), warmth.mul(0.03).add(0.35)],
    [warmth.mul(0.05).add(0.7), one.mul(0.73), warmth.mul(-0.08).add(0.72)],
    [warmth.mul(0.02).add(0.35), one.mul(0.2), one.mul(0.16)],
    [one.mul(0.24), one.mul(0.24), one.mul(0.24)],
  ];
  return mix(columns(colours, lamp.strength), [
    ambient,
    direct,
    scattered.mul(fleshy),
    scattered.mul(fleshy.complement()),
  ]);
}

/** White reflections of wet eyes, lips, hair and oily skin. */
function glossOf(scene: Scene, { gap }: Composition, { gloss }: Shading): Field {
  const { eyes, hair } = scene;
  return sum(
    eyes.catchLight.mul(scene.eyeball).mul(1.8),
    scene.mouth.lips.mul(scene.front).mul(gap.complement()).mul(gloss).mul(0.2),
    hair.cover.mul(hair.sheen).mul(gloss).mul(0.05),
    scene.bald.mul(gloss).mul(scene.skin.oil),
  );
}

/** The sum of colours `[batch, 3, n]` by n shares: `[batch, 3, rows, columns]`, as one matrix product. */
function mix(colours: Field, shares: readonly [Field, ...Field[]]): Field {
  const product = matMul(colours, reshape(concat(shares, 1), [0, shares.length, -1]));
  return reshape(product, [0, 3, FINE_SIZE, FINE_SIZE]);
}

/** Linear light to a display value: a shoulder that never clips, then the square root that stands in for a gamma of 2.2. */
function expose(light: Field): Field {
  return light.mul(-1.9).exp().complement().mul(0.99).sqrt(2e-4).mul(2).sub(1);
}
