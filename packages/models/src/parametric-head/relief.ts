/** @file Fine relief, contact shadows and blush of the face, as one bank of bumps evaluated on the visible surface. */
import type { Bump } from './bumps.ts';
import type { Parameter } from './person.ts';

/** Outputs of the bank, in this order: height (head units), occlusion (optical depth), blush (0 … 1). */
export const RELIEF_OUTPUTS = 3;

const noseY = (base: number, upturn = 0.012): Parameter => [base, { noseLength: -0.03, noseUpturn: upturn }];

export const RELIEF_BUMPS: readonly Bump[] = [
  // nostrils, the groove around the wings, the shadow under the tip, the sides of the bridge
  { x: [0.047, { noseWidth: 0.011, nostrilFlare: 0.004 }], widthX: 0.022, y: noseY(-0.252, 0.018), widthY: 0.0115, tilt: 0.25, heights: [-0.004, [1.25, { nostrilFlare: 0.2, noseUpturn: 0.35 }], 0.2] },
  { x: [0.123, { noseWidth: 0.017, nostrilFlare: 0.008, disgust: 0.008 }], widthX: 0.011, y: noseY(-0.215), widthY: 0.03, tilt: 0.4, heights: [-0.006, [0.4, {}], 0.25] },
  { x: 0, unmirrored: true, widthX: 0.085, y: noseY(-0.283), widthY: 0.02, heights: [0, [0.42, { noseTip: 0.1 }], 0.1] },
  { x: 0.06, widthX: 0.02, y: 0.04, widthY: 0.05, heights: [0, [0.2, { eyeDepth: 0.1, noseBridge: 0.06 }], 0] },
  { x: 0, unmirrored: true, widthX: 0.05, y: noseY(-0.2), widthY: 0.04, heights: [0, -0.06, 0.28] },
  { x: [0.085, { noseWidth: 0.014 }], widthX: 0.03, y: noseY(-0.21), widthY: 0.03, heights: [0, 0, 0.2] },
  // philtrum
  { x: 0.021, widthX: 0.009, y: -0.335, widthY: 0.03, tilt: -0.2, heights: [0.004, 0, 0] },
  { x: 0, unmirrored: true, widthX: 0.01, y: -0.335, widthY: 0.03, heights: [-0.004, 0.12, 0] },
  // nasolabial folds, from the wings to beside the mouth
  { x: [0.175, { smile: 0.03, noseWidth: 0.008, mouthWidth: 0.008 }], widthX: 0.014, y: -0.315, widthY: 0.075, tilt: 0.0, heights: [[-0.004, { smile: -0.01, age: -0.008, disgust: -0.01 }], [0.04, { smile: 0.26, age: 0.22, disgust: 0.25 }], 0] },
  { x: [0.205, { smile: 0.02 }], widthX: 0.035, y: -0.3, widthY: 0.07, heights: [[0.004, { smile: 0.012, age: 0.006, cheekFullness: 0.004 }], 0, 0.1] },
  // marionette lines, the dimple beside a smile, frown lines, crow's feet
  { x: 0.185, widthX: 0.012, y: -0.48, widthY: 0.05, heights: [[0, { age: -0.006 }], [0, { age: 0.22 }], 0] },
  { x: 0.03, widthX: 0.008, y: [0.14, { browHeight: 0.01 }], widthY: 0.035, heights: [[0, { age: -0.003, disgust: -0.006, squint: -0.004 }], [0, { age: 0.12, disgust: 0.3, squint: 0.22 }], 0] },
  { x: 0.36, widthX: 0.03, y: 0.035, widthY: 0.006, tilt: -0.3, heights: [[0, { age: -0.004, squint: -0.004, smile: -0.003 }], [0, { age: 0.2, squint: 0.2, smile: 0.1 }], 0] },
  { x: 0.36, widthX: 0.03, y: -0.005, widthY: 0.006, tilt: 0.3, heights: [[0, { age: -0.004, squint: -0.004, smile: -0.003 }], [0, { age: 0.2, squint: 0.2, smile: 0.1 }], 0] },
  { x: 0, unmirrored: true, widthX: 0.045, y: 0.06, widthY: 0.008, heights: [[0, { disgust: -0.006 }], [0, { disgust: 0.35, age: 0.08 }], 0] },
  // lines of the forehead
  { x: 0, unmirrored: true, widthX: 0.2, y: 0.26, widthY: 0.008, heights: [[0, { age: -0.004, browRaise: -0.006 }], [0, { age: 0.16, browRaise: 0.16 }], 0] },
  { x: 0, unmirrored: true, widthX: 0.18, y: 0.315, widthY: 0.008, heights: [[0, { age: -0.004, browRaise: -0.006 }], [0, { age: 0.14, browRaise: 0.15 }], 0] },
  // sockets, temples, under the cheekbone, under the lower lip, under the jaw
  { x: [0.13, { eyeSpacing: 0.016 }], widthX: 0.045, y: 0.06, widthY: 0.05, heights: [0, [0.22, { eyeDepth: 0.12 }], 0.1] },
  { x: [0.22, { eyeSpacing: 0.02 }], widthX: 0.1, y: -0.045, widthY: 0.03, heights: [0, [0.09, { age: 0.14, eyeDepth: 0.04 }], 0.1] },
  { x: 0.42, widthX: 0.06, y: 0.12, widthY: 0.12, heights: [0, 0.1, 0] },
  { x: 0.37, widthX: 0.08, y: -0.3, widthY: 0.1, heights: [0, [0.1, { cheekFullness: -0.08, cheekbones: 0.05 }], 0] },
  { x: 0, unmirrored: true, widthX: 0.1, y: -0.53, widthY: 0.025, heights: [0, 0.14, 0] },
  { x: 0, unmirrored: true, widthX: 0.3, y: -0.8, widthY: 0.07, heights: [0, 0.5, 0] },
  // blush of cheeks, chin and forehead
  { x: 0.27, widthX: 0.1, y: -0.15, widthY: 0.09, heights: [0, 0, [0.5, { skinUndertone: 0.15, smile: 0.08 }]] },
  { x: 0, unmirrored: true, widthX: 0.1, y: -0.62, widthY: 0.06, heights: [0, 0, 0.15] },
  { x: 0.22, widthX: 0.1, y: 0.03, widthY: 0.06, heights: [0, 0, 0.15] },
];
