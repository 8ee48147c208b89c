/** @file How figures are written: counts, shares, angles, durations, sizes, moments. Pure and locale-fixed. */

const LOCALE = 'en-GB';
const COUNT = new Intl.NumberFormat(LOCALE);
const NO_VALUE = '–';
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;

/** A number that may be missing. */
export type Maybe = number | null | undefined;

/** A whole number with thousands separated: 12,400. */
export function formatCount(value: Maybe): string {
  return isFigure(value) ? COUNT.format(Math.round(value)) : NO_VALUE;
}

/** A count with its noun in the right number: "1 identity", "100 identities". */
export function formatCounted(value: Maybe, one: string, many: string): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** An angle in radians without unit, 1.036. */
export function formatRadians(value: Maybe, digits = 2): string {
  return isFigure(value) ? value.toFixed(digits) : NO_VALUE;
}

/** The same angle in degrees, 59.4°. */
export function formatDegrees(radians: Maybe): string {
  return isFigure(radians) ? `${((radians * 180) / Math.PI).toFixed(1)}°` : NO_VALUE;
}

/**
 * A share of 1 as a percentage. Never rounds up to 100 % or down to 0 %: what is almost all is not all.
 *
 * @example formatShare(0.99996) === '99.99 %'
 */
export function formatShare(value: Maybe): string {
  if (!isFigure(value)) return NO_VALUE;
  const percent = value * 100;
  if (percent === 0 || percent === 100) return `${String(percent)} %`;
  if (percent > 99) return `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
  if (percent < 0.1) return '< 0.1 %';
  return `${percent.toFixed(1)} %`;
}

/** Seconds as people say them: "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(seconds: Maybe): string {
  if (!isFigure(seconds) || seconds < 0) return NO_VALUE;
  if (seconds < 0.05) return 'under 0.1 s';
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < SECONDS_PER_MINUTE) return `${String(whole)} s`;
  if (whole < SECONDS_PER_HOUR) return pair(whole, SECONDS_PER_MINUTE, 'min', 1, 's');
  if (whole < SECONDS_PER_DAY) return pair(whole, SECONDS_PER_HOUR, 'h', SECONDS_PER_MINUTE, 'min');
  return pair(whole, SECONDS_PER_DAY, 'd', SECONDS_PER_HOUR, 'h');
}

/** A duration in steps no finer than it can be known beforehand: "about 45 s", "about 8 min", "about 2 h 5 min". */
export function formatAbout(seconds: Maybe): string {
  if (!isFigure(seconds)) return NO_VALUE;
  if (seconds < SECONDS_PER_MINUTE)
    return `about ${String(Math.max(1, Math.ceil(seconds / 5)) * 5)} s`;
  if (seconds < SECONDS_PER_HOUR)
    return `about ${String(Math.round(seconds / SECONDS_PER_MINUTE))} min`;
  return `about ${formatDuration(Math.round(seconds / 300) * 300)}`;
}

/** Time left, in the same steps: "a few seconds left", "about 2 min left". */
export function formatTimeLeft(seconds: Maybe): string {
  if (!isFigure(seconds)) return 'estimating the time left';
  if (seconds < 5) return 'a few seconds left';
  return `${formatAbout(seconds)} left`;
}

/** Bytes in decimal units: "4.2 kB", "38 MB". */
export function formatBytes(bytes: Maybe): string {
  if (!isFigure(bytes)) return NO_VALUE;
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** How long ago a moment was, relative to `now`: "just now", "5 min ago", "3 days ago", then a date. */
export function formatAgo(moment: string, now: Date): string {
  const seconds = (now.getTime() - new Date(moment).getTime()) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < SECONDS_PER_HOUR)
    return `${String(Math.max(1, Math.round(seconds / SECONDS_PER_MINUTE)))} min ago`;
  if (seconds < SECONDS_PER_DAY) return `${String(Math.round(seconds / SECONDS_PER_HOUR))} h ago`;
  const days = Math.round(seconds / SECONDS_PER_DAY);
  if (days < 14) return days === 1 ? 'yesterday' : `${String(days)} days ago`;
  return formatDate(moment);
}

/** A date without time: "4 Mar 2026". */
export function formatDate(moment: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' }).format(new Date(moment));
}

/** A date with its day of the week: "Wednesday, 4 March 2026". */
export function formatDay(moment: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full' }).format(new Date(moment));
}

/** A date with the time to the second, for tooltips and logs. */
export function formatMoment(moment: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(moment),
  );
}

/** The clock time of a log line: "14:03:27". */
export function formatClock(moment: string): string {
  return new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' }).format(new Date(moment));
}

/** The first eight characters of a digest, with the algorithm's prefix dropped. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256[:-]/, '').slice(0, 8);
}

/** A figure with at most `digits` significant digits and no exponent for ordinary sizes. */
export function formatFigure(value: Maybe, digits = 3): string {
  if (!isFigure(value)) return NO_VALUE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(digits - 1).replace('e+', 'e');
  return String(Number(value.toPrecision(digits)));
}

/** A figure on either side of zero, with its sign: "+0.47", "−1.50", "0.00". */
export function formatSigned(value: number, digits: number): string {
  const written = Math.abs(value).toFixed(digits);
  if (Number(written) === 0) return written;
  return `${value < 0 ? '−' : '+'}${written}`;
}

/** A name turned into an address: "Studio Hundred!" → "studio-hundred". */
export function slugify(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

function isFigure(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string) {
  const rest = Math.floor((seconds % large) / small);
  const head = `${String(Math.floor(seconds / large))} ${largeUnit}`;
  return rest === 0 ? head : `${head} ${String(rest)} ${smallUnit}`;
}
