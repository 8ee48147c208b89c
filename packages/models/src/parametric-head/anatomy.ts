/** @file The relief of the face that rays meet: brow, sockets, eyeballs, cheeks, nose, mouth and chin. */
import type { Bump } from './bumps.ts';
import type { Parameter } from './person.ts';

const noseY = (base: number, upturn = 0.012): Parameter => [
  base,
  { noseLength: -0.03, noseUpturn: upturn },
];

export const FACE_BUMPS: readonly Bump[] = [
  // brow ridge and glabella
  {
    x: 0.2,
    widthX: 0.13,
    y: [0.15, { browHeight: 0.012, eyeHeight: 0.01 }],
    widthY: 0.045,
    heights: [[0.022, { browRidge: 0.018 }]],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.09,
    y: 0.14,
    widthY: 0.06,
    heights: [[0.012, { browRidge: 0.014 }]],
  },
  // eye sockets, deepest at the inner corner
  {
    x: [0.215, { eyeSpacing: 0.022 }],
    widthX: 0.1,
    y: [0.035, { eyeHeight: 0.012 }],
    widthY: 0.055,
    heights: [[-0.055, { eyeDepth: -0.022 }]],
  },
  {
    x: [0.115, { eyeSpacing: 0.015 }],
    widthX: 0.04,
    y: [0.045, { eyeHeight: 0.012 }],
    widthY: 0.05,
    heights: [[-0.03, { eyeDepth: -0.012, noseBridge: -0.006 }]],
  },
  // eyeballs behind the lids
  {
    x: [0.22, { eyeSpacing: 0.022 }],
    widthX: 0.062,
    y: [0.022, { eyeHeight: 0.012 }],
    widthY: 0.042,
    heights: [[0.042, { eyeSize: 0.008 }]],
  },
  // cheekbones, cheeks, hollow below the cheekbone
  {
    x: [0.33, { cheekbones: 0.01 }],
    widthX: 0.1,
    y: -0.09,
    widthY: 0.075,
    heights: [[0.024, { cheekbones: 0.022, smile: 0.018 }]],
  },
  {
    x: 0.25,
    widthX: 0.1,
    y: [-0.22, { smile: 0.03 }],
    widthY: 0.09,
    heights: [[0.012, { cheekFullness: 0.03, smile: 0.03 }]],
  },
  {
    x: 0.34,
    widthX: 0.09,
    y: -0.33,
    widthY: 0.11,
    heights: [[-0.008, { cheekFullness: 0.036, age: -0.02 }]],
  },
  // nose: root, bridge, tip, wings
  {
    x: 0,
    unmirrored: true,
    widthX: 0.042,
    y: 0.0,
    widthY: 0.075,
    heights: [[0.045, { noseBridge: 0.022 }]],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.052,
    y: [-0.11, { noseLength: -0.015 }],
    widthY: 0.065,
    heights: [[0.08, { noseBridge: 0.022, noseTip: 0.008 }]],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.068,
    y: noseY(-0.195, 0.015),
    widthY: 0.046,
    heights: [[0.105, { noseTip: 0.028 }]],
  },
  {
    x: [0.083, { noseWidth: 0.017, nostrilFlare: 0.006, disgust: 0.008 }],
    widthX: 0.033,
    y: [-0.212, { noseLength: -0.03, noseUpturn: 0.008, disgust: 0.016 }],
    widthY: 0.036,
    heights: [[0.052, { nostrilFlare: 0.016, noseWidth: 0.006 }]],
  },
  // muzzle, hollow under the lower lip, chin, its two corners
  {
    x: 0,
    unmirrored: true,
    widthX: 0.17,
    y: [-0.39, { mouthHeight: -0.012 }],
    widthY: 0.085,
    heights: [[0.035, { smile: -0.01 }]],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.11,
    y: -0.525,
    widthY: 0.035,
    heights: [[-0.018, { chinProtrusion: -0.008 }]],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.1,
    y: [-0.625, { chinLength: -0.02 }],
    widthY: 0.07,
    heights: [[0.075, { chinProtrusion: 0.03 }]],
  },
  {
    x: 0.13,
    widthX: 0.08,
    y: [-0.63, { chinLength: -0.02 }],
    widthY: 0.06,
    heights: [[0.02, { jawSquareness: 0.03 }]],
  },
];
