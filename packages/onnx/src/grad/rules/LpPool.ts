/**
 * @file Gradient of LpPool: y = (Σ |x|^p)^(1/p) over each window, so dx = sign(x) · |x|^(p-1) · Wᵀ (dy · y^(1-p)), W the sum over windows.
 *
 * Padding adds nothing to a sum of powers. Where a window is all zeros its part is 0, a subgradient of the norm.
 */
import { windowGeometry } from '../../infer/window.ts';
import { rule } from '../rule.ts';
import { normGradient, spreadOverWindows } from '../window-sum.ts';

export const LpPool = rule(
  'LpPool',
  'sign(x) · |x|^(p-1) · (dy · y^(1-p) spread over each window); 0 where a window is all zeros.',
  (c) => {
    const geometry = windowGeometry(c, c.intList('kernel_shape') ?? []);
    return [normGradient(c, (v) => spreadOverWindows(c, v, geometry))];
  },
);
