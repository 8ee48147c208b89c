/** @file LEAKAGE: the images show nobody of the galleries that were chosen, by no more than chance. */

import { isPipelineError } from '../../errors.ts';
import { leakageOfVersion, type StoredLeakage } from '../../measurements/leakage.ts';
import { type Check, type CheckContext, type CheckedRelease, counted, within } from './check.ts';

type ChosenGallery = CheckedRelease['galleries'][number];

/** Standard deviations of a Poisson count by which matches may exceed what chance gives. */
const TOLERANCE = 3;

export const leakage: Check = async (context) => {
  const { galleries } = context.release;
  if (galleries.length === 0) {
    return {
      isPassed: false,
      sentence:
        'No gallery was chosen, so nothing says whether an image resembles somebody; choose a gallery of the people that the models were trained on, or of others who must not be found.',
      evidence: { galleries: [] },
    };
  }
  const findings = [];
  for (const [index, gallery] of galleries.entries()) {
    const report = within(context.report, index / galleries.length, (index + 1) / galleries.length);
    findings.push(await compare({ ...context, report }, gallery));
  }
  const failed = findings.filter(({ problem }) => problem !== null);
  const [first] = failed;
  const evidence = { galleries: findings };
  if (first !== undefined) {
    const more =
      failed.length > 1 ? ` ${counted(failed.length - 1, 'gallery', 'galleries')} more.` : '';
    return { isPassed: false, sentence: `${first.problem ?? ''}${more}`, evidence };
  }
  return {
    isPassed: true,
    sentence: `In ${counted(galleries.length, 'gallery', 'galleries')} the images match nobody more often than different people match each other.`,
    evidence,
  };
};

async function compare(context: CheckContext, gallery: ChosenGallery) {
  const name = `${gallery.name}@${gallery.version}`;
  const { recogniserVersion } = gallery;
  const recogniser = `${recogniserVersion.name}@${recogniserVersion.version}`;
  const base = { gallery: name, digest: gallery.digest, recogniser };
  const other = context.version.parts.find(
    (part) => part.recogniser?.id !== gallery.recogniserVersionId,
  );
  if (other !== undefined) {
    if (other.recogniser === null) {
      const problem = `Run ${other.number} was imported without a recogniser, so nothing says whether its images show somebody of the gallery ${name}; import them again with ${recogniser}, or leave them out by a subset.`;
      return { ...base, problem, found: null };
    }
    const used = `${other.recogniser.name}@${other.recogniser.version}`;
    const problem = `The gallery ${name} was embedded by ${recogniser}, and run ${other.number} by ${used}, so the two cannot be compared; choose a gallery of ${used}.`;
    return { ...base, problem, found: null };
  }
  const onProgress = (share: number): void => {
    context.report(share, `images against ${name}`);
  };
  const found = await foundOrProblem({ ...context, gallery, onProgress });
  if (typeof found === 'string') return { ...base, problem: found, found: null };
  const { toSamples } = found;
  const expected = toSamples.expected ?? 0;
  const most = expected + TOLERANCE * Math.sqrt(expected);
  const { count, threshold, listed } = toSamples.under;
  const problem =
    count <= most
      ? null
      : `${counted(count, 'pair')} of an image and a row of ${name} are nearer than ${threshold.toFixed(4)} rad, and chance would give ${expected.toFixed(1)}; leave the images of the evidence out by a subset, or train the generator on other data.`;
  return {
    ...base,
    problem,
    found: {
      samples: found.samples,
      rows: found.gallery.rows,
      threshold,
      falseMatchRate: toSamples.falseMatchRate,
      expected,
      most,
      under: count,
      samplesUnder: toSamples.samplesUnder,
      smallest: toSamples.min,
      closest: listed.map(({ row, theta, ...of }) => ({ of, row, theta })),
    },
  };
}

/** What was found, or the sentence why the gallery itself is in the way. */
async function foundOrProblem(
  request: Parameters<typeof leakageOfVersion>[0],
): Promise<StoredLeakage | string> {
  try {
    return await leakageOfVersion(request);
  } catch (error) {
    if (isPipelineError(error, 'SET_INVALID') || isPipelineError(error, 'SET_FILE_MISSING')) {
      return error.message;
    }
    throw error;
  }
}
