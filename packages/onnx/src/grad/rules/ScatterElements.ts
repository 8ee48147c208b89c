/**
 * @file Gradient of ScatterElements: the updates get dy from where they were written.
 *
 * Written over: the data gets dy with zeros at those positions. Added: the data gets all of dy. Other reductions are not taken. Where two
 * updates write over one position, which one stays is open, and so is the gradient.
 */
import { rule } from '../rule.ts';

export const ScatterElements = rule(
  'ScatterElements',
  'reduction none: dy with zeros where written, updates by GatherElements; add: all of dy; mul, min and max are not taken.',
  (c) => {
    const { b } = c;
    const reduction = c.string('reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add')
      c.fail(`its gradient is there for reductions none and add, not ${reduction}`);
    const axis = c.int('axis', 0);
    return [
      c.when(0, () =>
        reduction === 'add'
          ? c.dy
          : b.op('ScatterElements', [c.dy, c.x(1), c.zerosLike(2)], { axis }),
      ),
      null,
      c.when(2, () => b.op('GatherElements', [c.dy, c.x(1)], { axis })),
    ];
  },
  { nonGradientInputs: [1] },
);
