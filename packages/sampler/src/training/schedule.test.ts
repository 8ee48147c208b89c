import { describe, expect, it } from 'vitest';

import { cosineWithWarmUp, linearRamp } from './schedule.ts';

describe('schedules', () => {
  it('rise linearly to the peak, pass half way at the middle and end at the floor', () => {
    const schedule = { peak: 1, floor: 0.1, steps: 111, warmUpSteps: 10 };
    expect(cosineWithWarmUp(schedule, 0)).toBe(0.1);
    expect(cosineWithWarmUp(schedule, 9)).toBe(1);
    expect(cosineWithWarmUp(schedule, 10)).toBe(1);
    expect(Math.abs(cosineWithWarmUp(schedule, 60) - 0.55)).toBeLessThan(1e-12);
    expect(cosineWithWarmUp(schedule, 110)).toBe(0.1);
    expect(cosineWithWarmUp(schedule, 1000)).toBe(0.1);
    expect(() => cosineWithWarmUp({ ...schedule, steps: 10 }, 0)).toThrow(/longer/);
  });

  it('bring a margin in between two steps', () => {
    const ramp = { from: 0, to: 0.3, startStep: 10, endStep: 20 };
    expect([5, 10, 15, 20, 99].map((step) => linearRamp(ramp, step))).toEqual([
      0, 0, 0.15, 0.3, 0.3,
    ]);
  });
});
