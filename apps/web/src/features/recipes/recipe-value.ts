/** @file A value of a recipe as people read it. Pure. */
import { formatFigure } from '@/lib/format.ts';

/** The value with its unit; a dash where the recipe has none. */
export function formatValue(value: unknown, unit: string | null): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  if (typeof value === 'object') {
    const { meanDistances } = value as { readonly meanDistances?: unknown };
    return typeof meanDistances === 'number'
      ? `${formatFigure(meanDistances, 6)} mean distances`
      : JSON.stringify(value);
  }
  if (typeof value === 'number') {
    const text = Number.isInteger(value) ? value.toLocaleString('en-GB') : formatFigure(value, 6);
    return unit === null ? text : `${text} ${unit}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
