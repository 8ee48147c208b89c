/** @file What the numbers of a version's metrics are called, and their unit. Pure. */
import { formatCount, formatFigure, formatRadians, formatShare, type Maybe } from '@/lib/format.ts';

type Unit = 'radians' | 'share' | 'count' | 'none';

interface Words {
  readonly label: string;
  readonly unit: Unit;
}

const WORDS: Readonly<Record<string, Words>> = {
  'theta.min': { label: 'Smallest θ between identities', unit: 'radians' },
  'theta.mean': { label: 'Mean θ between identities', unit: 'radians' },
  'theta.max': { label: 'Largest θ between identities', unit: 'radians' },
  aboveIct: { label: 'Pairs above ICT', unit: 'share' },
  ict: { label: 'ICT', unit: 'radians' },
  intraBelowInter: { label: 'Recognisable identities', unit: 'share' },
  'intra.mean': { label: 'Mean spread of identities', unit: 'radians' },
  'intra.max': { label: 'Largest spread of identities', unit: 'radians' },
  eer: { label: 'Equal error rate', unit: 'share' },
  'verification.eer': { label: 'Equal error rate', unit: 'share' },
  'verification.eerTheta': { label: 'θ of the equal error rate', unit: 'radians' },
  'verification.genuine': { label: 'Genuine pairs', unit: 'count' },
  'verification.impostors': { label: 'Impostor pairs', unit: 'count' },
  'before.thetaMin': { label: 'Smallest θ as drawn at random', unit: 'radians' },
  'before.thetaMean': { label: 'Mean θ as drawn at random', unit: 'radians' },
  'before.aboveIct': { label: 'Pairs above ICT as drawn at random', unit: 'share' },
  'after.thetaMin': { label: 'Smallest θ after sampling', unit: 'radians' },
  'after.thetaMean': { label: 'Mean θ after sampling', unit: 'radians' },
  'after.aboveIct': { label: 'Pairs above ICT after sampling', unit: 'share' },
  'capacity.fit.b': { label: 'Exponent of the formula of capacity', unit: 'none' },
  'capacity.fit.c': { label: 'Factor of the formula of capacity', unit: 'none' },
  'capacity.fit.residual': { label: 'Residual of the formula of capacity', unit: 'none' },
  'distanceToReference.min': { label: 'Smallest θ to the reference', unit: 'radians' },
  'distanceToReference.mean': { label: 'Mean θ to the reference', unit: 'radians' },
  'distanceToReference.max': { label: 'Largest θ to the reference', unit: 'radians' },
  imageBytes: { label: 'Mean size of an image, bytes', unit: 'count' },
  'capacity.draws': { label: 'Random orders of the capacity', unit: 'count' },
  'duplicates.count': { label: 'Duplicate pairs', unit: 'count' },
  'duplicates.threshold': { label: 'Threshold of duplicates', unit: 'radians' },
  identities: { label: 'Identities measured', unit: 'count' },
  identitiesAboveIct: { label: 'Identities apart at ICT', unit: 'share' },
};

/** A row for people; a metric nobody named keeps its place as its name. */
export function metricWords(name: string): Words {
  const known = WORDS[name];
  if (known !== undefined) return known;
  if (/(^|\.)tarAtFar\./.test(name))
    return { label: `TAR at FAR ${name.split('.').slice(1).join('.')}`, unit: 'share' };
  if (/count|genuine|impostors|rows|samples|identities$/i.test(name)) {
    return { label: name, unit: 'count' };
  }
  return { label: name, unit: 'none' };
}

/** The value in its unit, without it. */
export function formatMetric(value: Maybe, unit: Unit): string {
  switch (unit) {
    case 'radians':
      return formatRadians(value, 3);
    case 'share':
      return formatShare(value);
    case 'count':
      return formatCount(value);
    case 'none':
      return formatFigure(value, 4);
  }
}

/** The difference with its sign; "same" where there is none, a dash where one side was not measured. */
export function formatChange(before: Maybe, after: Maybe, unit: Unit): string {
  if (typeof before !== 'number' || typeof after !== 'number') return '–';
  const change = after - before;
  if (change === 0) return 'same';
  const sign = change > 0 ? '+' : '−';
  const size = Math.abs(change);
  if (unit === 'share') return `${sign}${formatFigure(size * 100)} points`;
  return `${sign}${unit === 'radians' ? formatFigure(size, 3) : formatMetric(size, unit)}`;
}
