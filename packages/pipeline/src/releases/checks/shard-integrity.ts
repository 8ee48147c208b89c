/** @file SHARD_INTEGRITY: every shard is there, has the SHA-256 on record, and holds the images that the catalog says. Makes the packing list. */

import { datasheetText } from '@colloid/formats';

import { packVersion } from '../pack-version.ts';
import { type Check, type CheckContext, counted, MOST_LISTED } from './check.ts';

/** Name of the text that comes with the images. */
export const README_NAME = 'README.md';

export const shardIntegrity: Check = async (context) => {
  const { store, contents, version, signal, report } = context;
  const documents = new Map([[README_NAME, readmeOf(context)]]);
  const found = await packVersion({ store, contents, version, documents, signal, report });
  const { objects, bytes, images, problems, problemCount, packing } = found;
  const zip = packing?.list.zip ?? null;
  const evidence = {
    objects,
    bytes,
    images,
    problems: problems.slice(0, MOST_LISTED),
    problemCount,
    packing: packing?.digest ?? null,
    zip,
    tars: packing?.list.shards.length ?? null,
  };
  const [first = ''] = problems;
  const more = problemCount > 1 ? ` ${counted(problemCount - 1, 'problem')} more.` : '';
  return packing === null
    ? {
        isPassed: false,
        sentence: `${first}${more} Restore what is damaged from a backup, or run again what made it.`,
        evidence,
      }
    : {
        isPassed: true,
        sentence: `${counted(objects, 'shard')} with ${counted(images, 'image')} were read, and each has the SHA-256 on record.`,
        evidence,
      };
};

function readmeOf({ version, release }: CheckContext): string {
  return datasheetText(
    {
      title: release.title,
      semanticVersion: release.semanticVersion,
      dataset: release.dataset,
      versionDigest: version.digest,
      identities: version.identityCount,
      images: version.sampleCount,
      licence: release.terms.licence,
      termsText: release.terms.text,
      notes: release.notes,
    },
    release.datasheet,
  );
}
