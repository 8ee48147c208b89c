/**
 * @file What terms allow, by their SPDX identifier: which terms a dataset may be released under that was made with such a model,
 * gallery or covariate set. A table to decide by before a person reads the text, not legal advice: images that a model makes are
 * treated as an adaptation of it, which is the strict reading.
 */

/** What terms ask of whoever passes on what was made with the thing. */
export interface LicenceTerms {
  readonly name: string;
  /** Whether adaptations may be passed on at all. */
  readonly isShareable: boolean;
  /** Whether they may be used commercially. */
  readonly isCommercial: boolean;
  /** Whether the terms of the adaptation must repeat a ban on commercial or other use, or be these terms themselves. */
  readonly isShareAlike: boolean;
  /** Whether whoever made the thing must be named. */
  readonly asksAttribution: boolean;
  /** Whether its restrictions of use must be passed on in the terms of what is made with it. */
  readonly passesOnUseLimits: boolean;
}

const FREE = {
  isShareable: true,
  isCommercial: true,
  isShareAlike: false,
  asksAttribution: true,
  passesOnUseLimits: false,
} as const;

/** Terms that are known. Anything else fails the check with a sentence, whatever it says. */
export const LICENCES = {
  MIT: { ...FREE, name: 'MIT License' },
  'Apache-2.0': { ...FREE, name: 'Apache License 2.0' },
  'BSD-2-Clause': { ...FREE, name: 'BSD 2-Clause License' },
  'BSD-3-Clause': { ...FREE, name: 'BSD 3-Clause License' },
  ISC: { ...FREE, name: 'ISC License' },
  'CC0-1.0': { ...FREE, name: 'Creative Commons Zero 1.0', asksAttribution: false },
  Unlicense: { ...FREE, name: 'The Unlicense', asksAttribution: false },
  'CC-BY-4.0': { ...FREE, name: 'Creative Commons Attribution 4.0' },
  'CC-BY-3.0': { ...FREE, name: 'Creative Commons Attribution 3.0' },
  'CC-BY-SA-4.0': {
    ...FREE,
    name: 'Creative Commons Attribution-ShareAlike 4.0',
    isShareAlike: true,
  },
  'CC-BY-NC-4.0': {
    ...FREE,
    name: 'Creative Commons Attribution-NonCommercial 4.0',
    isCommercial: false,
  },
  'CC-BY-NC-SA-4.0': {
    ...FREE,
    name: 'Creative Commons Attribution-NonCommercial-ShareAlike 4.0',
    isCommercial: false,
    isShareAlike: true,
  },
  'CC-BY-ND-4.0': {
    ...FREE,
    name: 'Creative Commons Attribution-NoDerivatives 4.0',
    isShareable: false,
  },
  'CC-BY-NC-ND-4.0': {
    ...FREE,
    name: 'Creative Commons Attribution-NonCommercial-NoDerivatives 4.0',
    isShareable: false,
    isCommercial: false,
  },
  'CDLA-Permissive-2.0': {
    ...FREE,
    name: 'Community Data License Agreement Permissive 2.0',
    asksAttribution: false,
  },
  'ODC-By-1.0': { ...FREE, name: 'Open Data Commons Attribution License 1.0' },
  'ODbL-1.0': { ...FREE, name: 'Open Data Commons Open Database License 1.0', isShareAlike: true },
  'CreativeML-OpenRAIL-M': {
    ...FREE,
    name: 'CreativeML Open RAIL-M',
    passesOnUseLimits: true,
  },
  'OpenRAIL++-M': { ...FREE, name: 'Open RAIL++-M', passesOnUseLimits: true },
  'LicenseRef-Nvidia-Source-Code-NC': {
    ...FREE,
    name: 'NVIDIA Source Code License-NC',
    isCommercial: false,
  },
  'LicenseRef-Research-Only': {
    ...FREE,
    name: 'for research that is not commercial, as the text of the terms says',
    isCommercial: false,
    isShareAlike: true,
  },
} as const satisfies Readonly<Record<string, LicenceTerms>>;

/** The terms with that identifier, whatever its case; null for terms that are not known. */
export function licenceOf(identifier: string): (LicenceTerms & { readonly id: string }) | null {
  const wanted = identifier.trim().toLowerCase();
  const found = Object.entries(LICENCES).find(([id]) => id.toLowerCase() === wanted);
  return found === undefined ? null : { id: found[0], ...found[1] };
}

/** Something that a version was made with. */
export interface LicensedThing {
  /** What it is in a sentence, such as "the generator 'x@1'". */
  readonly what: string;
  readonly licence: string | null;
  /** What to do to state its terms. @default 'register it again with its licence' */
  readonly stateAgain?: string;
}

/** Why a dataset made with the thing may not be released under the terms; null where it may. */
export function licenceProblem(thing: LicensedThing, terms: string): string | null {
  const { what, licence, stateAgain = 'register it again with its licence' } = thing;
  if (licence === null || licence.trim() === '') {
    return `Nobody has said what the terms of ${what} are; ${stateAgain}.`;
  }
  const source = licenceOf(licence);
  if (source === null) {
    return `'${licence}', the terms of ${what}, are not known here, so nothing says what they allow; known are ${known()}.`;
  }
  const target = licenceOf(terms);
  if (target === null) return unknownTerms(terms);
  const under = `${target.id}, and ${what} is under ${source.id}`;
  if (!source.isShareable) {
    return `The release is under ${under}, which lets nothing be passed on that was made from it.`;
  }
  if (!source.isCommercial && target.isCommercial) {
    return `The release is under ${under}, which allows no commercial use; choose terms that do not either.`;
  }
  if (source.isShareAlike && source.id !== target.id) {
    return `The release is under ${under}, which wants the same terms for what is made from it; choose ${source.id}.`;
  }
  if (source.passesOnUseLimits && source.id !== target.id) {
    return `The release is under ${under}, whose limits of use must be passed on; choose ${source.id}.`;
  }
  return null;
}

/** The sentence about terms of a release that are not in the table. */
export function unknownTerms(terms: string): string {
  return `'${terms}', the terms of the release, are not known here, so nothing says what they allow; choose one of ${known()}.`;
}

function known(): string {
  return Object.keys(LICENCES).join(', ');
}
