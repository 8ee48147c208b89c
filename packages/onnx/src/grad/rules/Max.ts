/** @file Gradient of Max: dy goes to the largest input; inputs that tie share it equally. */
import { shareAmongEqual } from '../parts.ts';
import { rule } from '../rule.ts';

export const Max = rule('Max', 'dy to the largest input; ties share equally.', shareAmongEqual);
