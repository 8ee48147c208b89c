/** @file Gradient of GatherND: dy added back to the places it was read from; needs ScatterND with addition, opset 16. */
import { rule } from '../rule.ts';
import { scatterAdd } from '../scatter-add.ts';

export const GatherND = rule(
  'GatherND',
  'dy added back by ScatterND; batch_dims 0.',
  (c) => {
    if (c.int('batch_dims', 0) !== 0)
      c.fail(`its gradient is there for batch_dims 0, not ${c.int('batch_dims', 0)}`);
    return [
      scatterAdd(c.b, { op: 'ScatterND', to: c.zerosLike(0), indices: c.x(1), updates: c.dy }),
    ];
  },
  { opsets: [16, 21], nonGradientInputs: [1] },
);
