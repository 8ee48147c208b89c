/** @file Gradient of ReduceProd: not given, because dy · y / x fails at zeros. */
import { refused } from '../rule.ts';

export const ReduceProd = refused(
  'ReduceProd',
  'its gradient divides by elements that may be 0; write the product with Mul, or as exp(Σ log).',
);
