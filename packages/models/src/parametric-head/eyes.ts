/** @file Eyes and brows, painted in face coordinates: lids, sclera, iris, pupil, catch light, lashes, crease, eyebrow hairs. */
import type { Field } from './field.ts';
import type { FacePlane } from './bumps.ts';
import type { Person } from './person.ts';
import type { Pose } from './camera.ts';

/** Shares of each layer in a pixel, all `[batch, 1, rows, columns]` in 0 … 1. */
export interface EyeLayers {
  readonly opening: Field;
  readonly iris: Field;
  readonly irisRim: Field;
  readonly pupil: Field;
  readonly catchLight: Field;
  readonly lash: Field;
  readonly brow: Field;
  /** Darkening of the skin around the lids, 0 … 1. */
  readonly shade: Field;
  /** Darkening of the eyeball under the upper lid and at the corners. */
  readonly ballShade: Field;
  readonly tearDuct: Field;
}

export function paintEyes(
  person: Person,
  plane: FacePlane,
  pose: Pose,
  light: { readonly x: Field; readonly y: Field },
): EyeLayers {
  const { x, side, y } = plane;
  const sign = x.div(side);
  const width = person.measure(0.113, { eyeSize: 0.01 });
  const u = side.sub(person.measure(0.222, { eyeSpacing: 0.022 }));
  const tilt = person.measure(0.06, { eyeTilt: 0.11 });
  const v = y.sub(person.measure(0.02, { eyeHeight: 0.012 })).sub(u.mul(tilt));
  const s = u.div(width);
  const arch = s.square().complement();
  const squint = person.measure(1, { squint: -0.5, smile: -0.16, disgust: -0.3, browRaise: 0.16 });
  const upper = arch
    .mul(s.mul(-0.18).add(1))
    .mul(person.measure(0.054, { eyeOpening: 0.01, eyeSize: 0.005 }).mul(squint));
  const lower = arch
    .mul(s.mul(0.2).add(1))
    .mul(person.measure(-0.036, { eyeOpening: -0.004, eyeSize: -0.004 }).mul(squint));
  const underLid = upper.sub(v);
  const opening = underLid.step(0.0055).mul(v.sub(lower).step(0.0055));

  const gazeX = pose.yaw.mul(-0.035).add(person.measure(0, { gaze: 0.02 }));
  const gazeY = pose.pitch.mul(0.03);
  const iu = u.sub(sign.mul(gazeX));
  const iv = v.sub(gazeY).sub(0.004);
  const distance = iu.square().add(iv.square()).sqrt(1e-5);
  const radius = person.measure(0.053, { eyeSize: 0.002 });
  const catchX = iu.mul(sign).sub(light.x.mul(0.02));
  const catchY = iv.sub(light.y.mul(0.012)).sub(0.014);
  const around = s.bell(0.75);

  const lid = v.sub(upper);
  const lash = lid
    .sub(0.004)
    .bell(0.0085)
    .mul(s.abs(0.05).sub(1.06).step(-0.05))
    .mul(s.mul(0.2).add(0.85));
  const lowerLash = v.sub(lower).add(0.004).bell(0.007).mul(s.sub(0.1).bell(0.55)).mul(0.3);
  const crease = lid
    .sub(person.measure(0.03, { lidCrease: 0.012, browRaise: 0.006 }))
    .bell(0.0095)
    .mul(around);
  const socket = lid.sub(0.055).bell(0.03).mul(s.add(0.35).bell(0.6));
  const bag = v.add(0.075).sub(s.square().mul(0.02)).bell(0.014).mul(around);

  return {
    opening,
    iris: radius.sub(distance).step(0.006),
    irisRim: distance.sub(radius.sub(0.011)).step(0.006),
    pupil: distance.sub(0.021).step(-0.005),
    catchLight: catchX
      .square()
      .add(catchY.square())
      .mul(-1 / (2 * 0.0075 ** 2))
      .exp(),
    lash: lash.add(lowerLash).sub(lash.mul(lowerLash)).mul(0.9),
    brow: paintBrow(person, { x, side, y }),
    shade: crease
      .mul(person.measure(0.42, { lidCrease: 0.14, age: 0.1 }))
      .add(socket.mul(person.measure(0.16, { eyeDepth: 0.12 })))
      .add(bag.mul(person.measure(0.1, { age: 0.24, squint: 0.1, smile: 0.08 }))),
    ballShade: underLid.sub(0.004).bell(0.017).mul(0.55).add(arch.complement().mul(0.3)),
    tearDuct: s.add(0.9).bell(0.12),
  };
}

function paintBrow(person: Person, { side, y }: FacePlane): Field {
  const u = side.sub(person.measure(0.215, { eyeSpacing: 0.018 }));
  const s = u.mul(1 / 0.132);
  const level = person
    .measure(0.146, {
      browHeight: 0.018,
      eyeHeight: 0.012,
      browRaise: 0.05,
      disgust: -0.02,
      squint: -0.018,
      smile: 0.004,
    })
    .add(
      u.mul(
        person.measure(0.02, { browAngle: 0.085, disgust: 0.17, squint: 0.08, browRaise: -0.02 }),
      ),
    )
    .sub(s.square().mul(person.measure(0.016, { browArch: 0.01, browRaise: 0.006 })));
  const strands = s.mul(8.7).add(y.mul(45)).sin().mul(0.05).add(0.9);
  // Thinner towards the temple; the bound is reached where `ends` has long hidden the brow, and keeps the divisor off zero.
  const taper = s.mul(-0.3).add(0.95).atLeast(0.2);
  const thickness = person.measure(0.022, { browThickness: 0.007 }).mul(taper);
  const ends = s.add(1.02).step(0.09).mul(s.sub(1.05).step(-0.07));
  return y
    .sub(level)
    .div(thickness)
    .square()
    .mul(-0.55)
    .exp()
    .mul(ends)
    .mul(strands)
    .mul(person.measure(0.86, { browThickness: 0.1 }));
}
