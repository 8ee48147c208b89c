/** @file Covariate directions made up for tests, of the published names. */

import type { CovariateDirection, CovariateDirections } from '../covariates/directions.ts';
import { normal, STREAMS } from '../random/random.ts';

const PAIRS = [
  ['pose', 'left', 'right'],
  ['illumination', 'left', 'right'],
  ['expression', 'neutral', 'smile'],
  ['expression', 'neutral', 'scream'],
] as const;

/** Random unit normals, which are not orthogonal, with side means -0.5 - 0.1 k and 0.8. */
export function testDirections(latentDim: number, seed = 1): CovariateDirections {
  const directions = PAIRS.map(([covariate, negative, positive], k): CovariateDirection => {
    const draw = new Float64Array(latentDim);
    normal({ seed, stream: STREAMS.direction, identity: k }, draw);
    const norm = Math.hypot(...draw);
    const side = { count: 10, min: -2, max: 2, deviation: 0.2 };
    return {
      covariate,
      negative,
      positive,
      normal: Float32Array.from(draw, (x) => x / norm),
      negativeSide: { ...side, mean: -0.5 - 0.1 * k },
      positiveSide: { ...side, mean: 0.8 },
      trainingAccuracy: 1,
      heldOutAccuracy: null,
    };
  });
  return { latentDim, directions };
}
