/** @file Fine relief, contact shadows and blush of the face, as one bank of bumps evaluated on the visible surface. */
import type { Bump } from './bumps.ts';
import type { Parameter } from './person.ts';

const noseY = (base: number, upturn = 0.012): Parameter => [
  base,
  { noseLength: -0.03, noseUpturn: upturn },
];

/** Heights are, in this order: height (head units), occlusion (optical depth), blush (0 … 1). */
export const RELIEF_BUMPS: readonly Bump[] = [
  // nostrils, the groove around the wings, the shadow under the tip, the sides of the bridge
  {
    x: [0.045, { noseWidth: 0.011, nostrilFlare: 0.004 }],
    widthX: 0.018,
    y: noseY(-0.249, 0.018),
    widthY: 0.0095,
    turn: 0.25,
    heights: [-0.001, [0.95, { nostrilFlare: 0.15, noseUpturn: 0.3 }], 0.3],
  },
  {
    x: [0.118, { noseWidth: 0.018, nostrilFlare: 0.008, disgust: 0.008 }],
    widthX: 0.011,
    y: noseY(-0.215),
    widthY: 0.03,
    turn: 0.35,
    heights: [-0.003, [0.2, {}], 0.2],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.085,
    y: noseY(-0.28),
    widthY: 0.018,
    heights: [0, [0.1, { noseTip: 0.06 }], 0.1],
  },
  {
    x: 0.06,
    widthX: 0.02,
    y: 0.04,
    widthY: 0.05,
    heights: [0, [0.16, { eyeDepth: 0.1, noseBridge: 0.06 }], 0],
  },
  { x: 0, unmirrored: true, widthX: 0.05, y: noseY(-0.2), widthY: 0.04, heights: [0, -0.06, 0.25] },
  {
    x: [0.085, { noseWidth: 0.014 }],
    widthX: 0.03,
    y: noseY(-0.21),
    widthY: 0.03,
    heights: [0, 0, 0.2],
  },
  // philtrum
  { x: 0.021, widthX: 0.009, y: -0.335, widthY: 0.03, turn: 0.15, heights: [0.0012, 0, 0] },
  { x: 0, unmirrored: true, widthX: 0.01, y: -0.335, widthY: 0.03, heights: [-0.0012, 0.09, 0] },
  // nasolabial folds, from the wings to beside the mouth, and the cheek that overhangs them
  {
    x: [0.172, { smile: 0.03, noseWidth: 0.008, mouthWidth: 0.008 }],
    widthX: 0.013,
    y: [-0.305, { smile: 0.012 }],
    widthY: 0.075,
    turn: 0.52,
    heights: [
      [-0.002, { smile: -0.005, age: -0.004, disgust: -0.006 }],
      [0.03, { smile: 0.17, age: 0.13, disgust: 0.16 }],
      0,
    ],
  },
  {
    x: [0.215, { smile: 0.03 }],
    widthX: 0.035,
    y: -0.285,
    widthY: 0.07,
    turn: 0.5,
    heights: [[0.003, { smile: 0.009, age: 0.004, cheekFullness: 0.003 }], 0, 0.1],
  },
  // marionette lines, frown lines, crow's feet, wrinkles across the root of the nose
  {
    x: [0.18, { mouthWidth: 0.01 }],
    widthX: 0.011,
    y: -0.47,
    widthY: 0.04,
    turn: 0.2,
    heights: [[0, { age: -0.002 }], [0, { age: 0.13 }], 0],
  },
  {
    x: 0.036,
    widthX: 0.009,
    y: [0.135, { browHeight: 0.01 }],
    widthY: 0.026,
    turn: -0.15,
    heights: [[0, { disgust: -0.001 }], [0, { age: 0.03, disgust: 0.11, squint: 0.07 }], 0],
  },
  {
    x: 0.36,
    widthX: 0.028,
    y: 0.038,
    widthY: 0.006,
    turn: 0.3,
    heights: [
      [0, { age: -0.002, squint: -0.002, smile: -0.001 }],
      [0, { age: 0.14, squint: 0.14, smile: 0.07 }],
      0,
    ],
  },
  {
    x: 0.36,
    widthX: 0.028,
    y: -0.002,
    widthY: 0.006,
    turn: -0.3,
    heights: [
      [0, { age: -0.002, squint: -0.002, smile: -0.001 }],
      [0, { age: 0.14, squint: 0.14, smile: 0.07 }],
      0,
    ],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.045,
    y: 0.06,
    widthY: 0.008,
    heights: [[0, { disgust: -0.003 }], [0, { disgust: 0.22, age: 0.05 }], 0],
  },
  // lines of the forehead
  {
    x: 0,
    unmirrored: true,
    widthX: 0.2,
    y: [0.26, { browRaise: 0.01 }],
    widthY: 0.008,
    heights: [[0, { age: -0.002, browRaise: -0.003 }], [0, { age: 0.11, browRaise: 0.11 }], 0],
  },
  {
    x: 0,
    unmirrored: true,
    widthX: 0.18,
    y: [0.315, { browRaise: 0.01 }],
    widthY: 0.008,
    heights: [[0, { age: -0.002, browRaise: -0.003 }], [0, { age: 0.1, browRaise: 0.1 }], 0],
  },
  // sockets, under the eyes, temples, under the cheekbone, under the lower lip, under the jaw
  {
    x: [0.13, { eyeSpacing: 0.016 }],
    widthX: 0.045,
    y: 0.06,
    widthY: 0.05,
    heights: [0, [0.18, { eyeDepth: 0.12 }], 0.15],
  },
  {
    x: [0.22, { eyeSpacing: 0.02 }],
    widthX: 0.1,
    y: -0.045,
    widthY: 0.03,
    heights: [0, [0.08, { age: 0.1, eyeDepth: 0.04 }], 0.15],
  },
  { x: 0.42, widthX: 0.06, y: 0.12, widthY: 0.12, heights: [0, 0.1, 0] },
  {
    x: 0.37,
    widthX: 0.08,
    y: -0.3,
    widthY: 0.1,
    heights: [0, [0.1, { cheekFullness: -0.08, cheekbones: 0.06 }], 0],
  },
  { x: 0, unmirrored: true, widthX: 0.1, y: -0.525, widthY: 0.025, heights: [0, 0.12, 0] },
  { x: 0, unmirrored: true, widthX: 0.3, y: -0.8, widthY: 0.07, heights: [0, 0.22, 0] },
  // blush of cheeks, chin and around the eyes
  {
    x: 0.27,
    widthX: 0.1,
    y: -0.15,
    widthY: 0.09,
    heights: [0, 0, [0.42, { skinUndertone: 0.15, smile: 0.08 }]],
  },
  { x: 0, unmirrored: true, widthX: 0.1, y: -0.62, widthY: 0.06, heights: [0, 0, 0.15] },
  { x: 0.22, widthX: 0.1, y: 0.03, widthY: 0.06, heights: [0, 0, 0.15] },
];
