/** @file What the form of a release holds, and what of it goes to the gateway. Pure. */
import type { ReleaseReach } from '@/generated/graphql.ts';

/** The fields of the form. */
export interface ReleaseValues {
  readonly versionId: string;
  readonly semanticVersion: string;
  readonly title: string;
  readonly notes: string;
  readonly licence: string;
  readonly text: string;
  readonly isGated: boolean;
  readonly reach: ReleaseReach;
  readonly galleryIds: readonly string[];
  readonly datasheet: readonly { readonly question: string; readonly answer: string }[];
}

/** A release, or what the form of a new one begins with. */
export interface ReleaseText {
  readonly terms: {
    readonly licence: string;
    readonly text: string;
    readonly isGated: boolean;
    readonly reach: ReleaseReach;
  };
  readonly datasheet: ReleaseValues['datasheet'];
  readonly galleries: readonly { readonly id: string }[];
}

const NEW_TERMS: ReleaseText['terms'] = {
  licence: 'CC-BY-4.0',
  text: '',
  isGated: false,
  reach: 'TEAM',
};

/** Values for a new release: the words of the release before it, where there is one. */
export function newValues(options: {
  readonly versionId: string;
  readonly semanticVersion: string;
  readonly title: string;
  readonly questions: readonly string[];
  readonly previous: ReleaseText | null;
}): ReleaseValues {
  const { versionId, semanticVersion, title, questions, previous } = options;
  return {
    versionId,
    semanticVersion,
    title,
    notes: '',
    ...(previous?.terms ?? NEW_TERMS),
    galleryIds: previous?.galleries.map(({ id }) => id) ?? [],
    datasheet: answersTo(questions, previous?.datasheet ?? []),
  };
}

/** Values of a release that is edited. */
export function valuesOf(
  release: ReleaseText & {
    readonly version: { readonly id: string } | null;
    readonly semanticVersion: string;
    readonly title: string;
    readonly notes: string;
  },
  questions: readonly string[],
): ReleaseValues {
  const { terms, galleries, datasheet, version, semanticVersion, title, notes } = release;
  return {
    versionId: version?.id ?? '',
    semanticVersion,
    title,
    notes,
    ...terms,
    galleryIds: galleries.map(({ id }) => id),
    datasheet: answersTo(questions, datasheet),
  };
}

/** The values as the mutations take them. */
export function inputOf(values: ReleaseValues) {
  const { versionId, semanticVersion, title, notes } = values;
  const { licence, text, isGated, reach, galleryIds, datasheet } = values;
  // Field by field: what came out of a query carries its __typename, which no input takes.
  return {
    versionId,
    semanticVersion,
    title,
    notes,
    terms: { licence, text, isGated, reach },
    galleryIds: [...galleryIds],
    datasheet: datasheet.map(({ question, answer }) => ({ question, answer })),
  };
}

/** The questions in their order with the answers there are; then answers to other questions. */
function answersTo(
  questions: readonly string[],
  given: ReleaseValues['datasheet'],
): ReleaseValues['datasheet'] {
  const answers = new Map(given.map(({ question, answer }) => [question, answer]));
  return [
    ...questions.map((question) => ({ question, answer: answers.get(question) ?? '' })),
    ...given.filter(({ question }) => !questions.includes(question)),
  ];
}
