/** @file Gradient of Min: dy goes to the smallest input; inputs that tie share it equally. */
import { shareAmongEqual } from '../parts.ts';
import { rule } from '../rule.ts';

export const Min = rule('Min', 'dy to the smallest input; ties share equally.', shareAmongEqual);
