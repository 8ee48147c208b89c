/** @file The table of licences, from the one that the check of a release decides by. */
// The file loads nothing at run time, while the package would load a database client.
/* oxlint-disable no-restricted-imports */
import { LICENCES } from '../../packages/pipeline/src/releases/licences.ts';
import type { LicenceTerms } from '../../packages/pipeline/src/releases/licences.ts';
/* oxlint-enable no-restricted-imports */

import { markdownTable } from './markdown.ts';

/** A row per licence. */
export function licenceTable(): string {
  return markdownTable(
    ['Identifier', 'Name', 'What images made with such a thing can be released under'],
    Object.entries(LICENCES).map(([id, licence]) => [
      `\`${id}\``,
      licence.name,
      needOf(id, licence),
    ]),
  );
}

function needOf(id: string, licence: LicenceTerms): string {
  if (!licence.isShareable) return 'nothing: they cannot be released';
  if (licence.isShareAlike || licence.passesOnUseLimits) return `\`${id}\` itself`;
  return licence.isCommercial
    ? 'any that can be chosen here'
    : 'those that allow no commercial use';
}
