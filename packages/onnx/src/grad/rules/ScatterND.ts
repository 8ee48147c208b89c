/**
 * @file Gradient of ScatterND: the updates get dy from where they were written.
 *
 * Written over: the data gets dy with zeros at those places. Added: the data gets all of dy. Other reductions are not taken. Where two
 * updates write over one place, which one stays is open, and so is the gradient.
 */
import { rule } from '../rule.ts';

export const ScatterND = rule(
  'ScatterND',
  'reduction none: dy with zeros where written, updates by GatherND; add: all of dy; mul, min and max are not taken.',
  (c) => {
    const { b } = c;
    const reduction = c.string('reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add')
      c.fail(`its gradient is there for reductions none and add, not ${reduction}`);
    return [
      c.when(0, () =>
        reduction === 'add' ? c.dy : b.op('ScatterND', [c.dy, c.x(1), c.zerosLike(2)]),
      ),
      null,
      c.when(2, () => b.op('GatherND', [c.dy, c.x(1)])),
    ];
  },
  { nonGradientInputs: [1] },
);
