/** @file Numbers from one to another, as controls hold them and addresses say them. Pure. */

/** Numbers from one to another; an end that is null is open. */
export interface Range {
  readonly min: number | null;
  readonly max: number | null;
}

/** Every number. */
export const OPEN: Range = { min: null, max: null };

/** `0.1..0.5`, `0.1..`, `..0.5`; null where it is none. */
export function readRange(text: string): Range | null {
  const match = /^(-?\d*\.?\d*(?:e-?\d+)?)\.\.(-?\d*\.?\d*(?:e-?\d+)?)$/.exec(text);
  if (match === null) return null;
  const [min, max] = [match[1] ?? '', match[2] ?? ''].map((end) =>
    end === '' ? null : Number(end),
  );
  if ([min, max].some((end) => end !== null && !Number.isFinite(end))) return null;
  return { min: min ?? null, max: max ?? null };
}

/** What {@link readRange} reads. */
export function writeRange({ min, max }: Range): string {
  return `${String(min ?? '')}..${String(max ?? '')}`;
}

/** Whether every number lies in it. */
export function isOpen({ min, max }: Range): boolean {
  return min === null && max === null;
}
