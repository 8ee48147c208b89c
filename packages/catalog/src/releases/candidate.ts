/** @file The candidate of a release: all that reviewers approve, checked, and its digest. */

import { canonicalJson, sha256 } from '../canonical-json.ts';
import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { Gallery, Release, ReleaseReach } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { cleanIds } from '../in-order.ts';
import { checkLength, checkText } from '../names.ts';
import { checkSemanticVersion } from './semantic-version.ts';

const MOST_ANSWERS = 200;
const MOST_GALLERIES = 20;

/** One answer of the datasheet. */
export interface DatasheetAnswer {
  readonly question: string;
  readonly answer: string;
}

/** Under which terms a release may be used. */
export interface ReleaseTerms {
  /** SPDX identifier, or a name. */
  readonly licence: string;
  readonly text?: string | null | undefined;
  /** Whether somebody has to agree before they download. @default false */
  readonly isGated?: boolean | null | undefined;
  /** @default 'TEAM' */
  readonly reach?: ReleaseReach | null | undefined;
}

/** What a person writes of a candidate, beside its version. */
export interface CandidateText {
  readonly semanticVersion: string;
  readonly title: string;
  readonly notes?: string | null | undefined;
  readonly terms: ReleaseTerms;
  readonly datasheet?: readonly DatasheetAnswer[] | null | undefined;
}

/** The columns of a release that hold {@link CandidateText}. */
export type CandidateColumns = Pick<
  Release,
  'semanticVersion' | 'title' | 'notes' | 'licence' | 'termsText' | 'isGated' | 'reach'
> & { readonly datasheet: DatasheetAnswer[] };

/** Checks all of it. @throws CatalogError INVALID with the path of what is wrong */
export function checkCandidate(text: CandidateText): CandidateColumns {
  const { terms } = text;
  const termsText = checkLength(terms.text ?? '', 'text', 50_000);
  const isGated = terms.isGated ?? false;
  if (isGated && termsText.trim() === '') {
    throw new CatalogError(
      'INVALID',
      'The terms are gated, and there is no text to agree to; write one, or let people download without.',
      { path: ['terms', 'text'] },
    );
  }
  return {
    semanticVersion: checkSemanticVersion(text.semanticVersion),
    title: checkText(text.title, 'title'),
    notes: checkLength(text.notes ?? '', 'notes', 20_000),
    licence: checkText(terms.licence, 'licence'),
    termsText,
    isGated,
    reach: terms.reach ?? 'TEAM',
    datasheet: checkDatasheet(text.datasheet ?? []),
  };
}

/** The answers of a release, as they were checked when they were written. */
export function datasheetOf({ datasheet }: Pick<Release, 'datasheet'>): DatasheetAnswer[] {
  return datasheet as unknown as DatasheetAnswer[];
}

/** The terms of a release or of a candidate that it was. */
export function termsOf({
  licence,
  termsText: text,
  isGated,
  reach,
}: Pick<Release, 'licence' | 'termsText' | 'isGated' | 'reach'>) {
  return { licence, text, isGated, reach };
}

/** The columns of a release as a person would write them again. */
export function textOf(release: Release): CandidateText {
  const { semanticVersion, title, notes } = release;
  const datasheet = datasheetOf(release);
  return { semanticVersion, title, notes, terms: termsOf(release), datasheet };
}

/** The columns by which a release names what would be published, but for the datasheet. */
export function columnsOf(release: Release) {
  const { versionId, semanticVersion, title, notes, licence, termsText, isGated, reach } = release;
  return { versionId, semanticVersion, title, notes, licence, termsText, isGated, reach };
}

/** SHA-256 over the candidate, hexadecimal: the same content has the same digest, whoever wrote it when. */
export function candidateDigest(
  columns: CandidateColumns,
  content: {
    readonly versionDigest: string;
    readonly galleries: readonly Pick<Gallery, 'name' | 'version' | 'digest'>[];
  },
): string {
  const { semanticVersion, title, notes, datasheet } = columns;
  return sha256(
    canonicalJson({
      colloidCandidate: 1,
      versionDigest: content.versionDigest,
      semanticVersion,
      title,
      notes,
      terms: termsOf(columns),
      datasheet: datasheet.map(({ question, answer }) => ({ question, answer })),
      galleries: content.galleries
        .map(({ name, version, digest }) => `${name}@${version} ${digest ?? ''}`)
        .toSorted(),
    }),
  );
}

/** The galleries with these ids. @throws CatalogError NOT_FOUND for one of another team, INVALID for one that is not READY */
export async function requireGalleries(
  tx: Db,
  options: { readonly teamId: string; readonly ids: readonly string[] },
): Promise<Gallery[]> {
  const ids = [...new Set(options.ids)];
  if (ids.length > MOST_GALLERIES) {
    throw new CatalogError(
      'INVALID',
      `There are ${ids.length} galleries, and a release is checked against ${MOST_GALLERIES} at most.`,
      { path: ['galleryIds'] },
    );
  }
  const rows = await tx.gallery.findMany({
    where: { id: { in: cleanIds(ids) }, teamId: options.teamId },
  });
  return ids.map((id, index) => {
    const path = ['galleryIds', String(index)];
    const gallery = rows.find((row) => row.id === id.toLowerCase());
    if (gallery === undefined) {
      throw new CatalogError('NOT_FOUND', 'There is no such gallery, or you may not see it.', {
        path,
      });
    }
    if (gallery.state === 'READY' && isGiven(gallery.digest)) return gallery;
    throw new CatalogError(
      'INVALID',
      `The gallery '${gallery.name}@${gallery.version}' is ${gallery.state}, and only a READY one can be compared with.`,
      { path },
    );
  });
}

function checkDatasheet(answers: readonly DatasheetAnswer[]): DatasheetAnswer[] {
  if (answers.length > MOST_ANSWERS) {
    throw new CatalogError(
      'INVALID',
      `The datasheet has ${answers.length} answers; keep it to ${MOST_ANSWERS}.`,
      { path: ['datasheet'] },
    );
  }
  const seen = new Set<string>();
  return answers.map(({ question, answer }, index) => {
    const words = checkText(question, 'question', 500);
    if (seen.has(words)) {
      throw new CatalogError('INVALID', `'${words}' is answered twice; leave one answer out.`, {
        path: ['datasheet', String(index), 'question'],
      });
    }
    seen.add(words);
    return { question: words, answer: checkLength(answer, 'answer', 20_000) };
  });
}
