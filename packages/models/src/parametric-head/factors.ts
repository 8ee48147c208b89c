/** @file The named factors of the head: what each of the 64 directions of the mixed latent means, and how it is squashed. */

/** What a factor belongs to: only `identity` factors make a person; the rest varies between photographs of one person. */
export type FactorGroup = 'identity' | 'pose' | 'light' | 'expression' | 'context';

interface FactorRule {
  readonly group: FactorGroup;
  /** Factor = tanh(gain x + bias) times scale plus offset, x the coordinate of the latent along the factor's direction. */
  readonly gain: number;
  readonly bias: number;
  readonly scale: number;
  readonly offset: number;
}

const shape = { group: 'identity', gain: 0.8, bias: 0, scale: 1.25, offset: 0 } as const;
const colour = { group: 'identity', gain: 0.75, bias: 0, scale: 1, offset: 0 } as const;
/** Between 0 and 1, mostly near 0: something most people or photographs do not have. */
const rare = (group: FactorGroup, gain: number, bias: number): FactorRule => ({
  group,
  gain,
  bias,
  scale: 0.5,
  offset: 0.5,
});

/** The factors in the order of the mixed coordinates. Ranges are (-1, 1), (-1.25, 1.25) for shapes, (0, 1) for those made by `rare`. */
export const FACTORS = {
  skullWidth: shape,
  skullHeight: shape,
  foreheadSlope: shape,
  faceLength: shape,
  jawWidth: shape,
  jawSquareness: shape,
  chinLength: shape,
  chinProtrusion: shape,
  cheekbones: shape,
  cheekFullness: shape,
  eyeSpacing: shape,
  eyeSize: shape,
  eyeOpening: shape,
  eyeTilt: shape,
  eyeDepth: shape,
  eyeHeight: shape,
  lidCrease: shape,
  browThickness: shape,
  browHeight: shape,
  browAngle: shape,
  browArch: shape,
  browRidge: shape,
  noseLength: shape,
  noseWidth: shape,
  noseTip: shape,
  noseBridge: shape,
  noseUpturn: shape,
  nostrilFlare: shape,
  mouthWidth: shape,
  upperLip: shape,
  lowerLip: shape,
  mouthHeight: shape,
  lipColour: colour,
  earSize: shape,
  hairline: shape,
  hairLength: colour,
  hairVolume: shape,
  hairCurl: colour,
  hairParting: shape,
  fringe: rare('identity', 1.2, -0.9),
  hairDarkness: colour,
  hairWarmth: colour,
  skinMelanin: colour,
  skinUndertone: colour,
  irisColour: colour,
  facialHair: rare('identity', 1.6, -1.1),
  age: rare('identity', 1, -1),
  freckles: rare('identity', 1.2, -1),
  yaw: { group: 'pose', gain: 0.6, bias: 0, scale: 1, offset: 0 },
  pitch: { group: 'pose', gain: 0.6, bias: 0, scale: 1, offset: 0 },
  roll: { group: 'pose', gain: 0.6, bias: 0, scale: 1, offset: 0 },
  lightAzimuth: { group: 'light', gain: 0.7, bias: 0, scale: 1, offset: 0 },
  lightElevation: { group: 'light', gain: 0.7, bias: 0, scale: 1, offset: 0 },
  lightIntensity: { group: 'light', gain: 0.6, bias: 0, scale: 1, offset: 0 },
  lightWarmth: { group: 'light', gain: 0.6, bias: 0, scale: 1, offset: 0 },
  smile: rare('expression', 1.1, -0.55),
  mouthOpen: rare('expression', 1.3, -1.4),
  squint: rare('expression', 1.2, -1.2),
  browRaise: rare('expression', 1.2, -1.1),
  disgust: rare('expression', 1.3, -1.5),
  gaze: { group: 'context', gain: 0.6, bias: 0, scale: 1, offset: 0 },
  background: { group: 'context', gain: 0.7, bias: 0, scale: 1, offset: 0 },
  shirtHue: { group: 'context', gain: 0.7, bias: 0, scale: 1, offset: 0 },
  shirtLightness: { group: 'context', gain: 0.7, bias: 0, scale: 1, offset: 0 },
} as const satisfies Record<string, FactorRule>;

export type FactorName = keyof typeof FACTORS;

export const FACTOR_NAMES = Object.keys(FACTORS) as readonly FactorName[];

/** Numbers in a latent: one coordinate per factor. */
export const LATENT_DIMENSION = 64;

/** Weights of factors in a sum. */
export type FactorWeights = Readonly<Partial<Record<FactorName, number>>>;

/** Positions of the factors of `group` among the mixed coordinates. */
export function factorIndices(group: FactorGroup): readonly number[] {
  return FACTOR_NAMES.flatMap((name, index) => (FACTORS[name].group === group ? [index] : []));
}

/** The column of weights `[64]` in factor order. */
export function weightColumn(weights: FactorWeights): readonly number[] {
  return FACTOR_NAMES.map((name) => weights[name] ?? 0);
}

/** The factor `name` where the mixed coordinate is `x`. */
export function squash(name: FactorName, x: number): number {
  const { gain, bias, scale, offset } = FACTORS[name];
  return Math.tanh(gain * x + bias) * scale + offset;
}
