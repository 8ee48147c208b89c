/**
 * @file The datasheet of a dataset, after Gebru et al., "Datasheets for Datasets" (2021), with what synthetic faces add to it: the
 * questions, what is missing of the answers, and the text that comes with the images.
 */

/** A question and what was answered. */
export interface DatasheetAnswer {
  readonly question: string;
  readonly answer: string;
}

/** The questions, in their order; each has to be answered before a release is complete. */
export const DATASHEET_QUESTIONS = [
  'For what purpose was the dataset made, and by whom?',
  'What do the images show, and what do identities and variations stand for?',
  'Which models made and measured the images, and on what were they trained?',
  'Could an image resemble a real person, and what was done to find out?',
  'Which groups, poses and conditions are covered, and which are not?',
  'What may the dataset be used for, and what not?',
  'How is the dataset distributed, and under which terms?',
  'Who maintains the dataset, and how are errors reported and releases retracted?',
] as const;

/** Answers that say that nothing was answered. */
const PLACEHOLDER =
  /^[\s.\-–—?_*#]*$|^(?:todo|tbd|tba|fixme|xxx|later|\.\.\.|lorem ipsum.*)[\s.!]*$/i;

/** The questions that have no answer, or one that only holds its place. */
export function unansweredQuestions(answers: readonly DatasheetAnswer[]): readonly string[] {
  const given = new Map(answers.map(({ question, answer }) => [question.trim(), answer]));
  return DATASHEET_QUESTIONS.filter((question) => PLACEHOLDER.test(given.get(question) ?? ''));
}

/** What the text says beside the answers. */
export interface DatasheetFacts {
  readonly title: string;
  readonly semanticVersion: string;
  readonly dataset: string;
  readonly versionDigest: string;
  readonly identities: number;
  readonly images: number;
  readonly licence: string;
  readonly termsText: string;
  readonly notes: string;
}

/** The datasheet as Markdown. The same facts and answers give the same bytes. */
export function datasheetText(facts: DatasheetFacts, answers: readonly DatasheetAnswer[]): string {
  const { title, semanticVersion, dataset, identities, images, licence, termsText, notes } = facts;
  const sections = answers.map(({ question, answer }) => [
    `## ${oneLine(question)}`,
    answer.trim(),
  ]);
  return `${[
    `# ${oneLine(title)} ${semanticVersion}`,
    `Every image was made by a model and shows nobody. Each carries IPTC's digital source type "trainedAlgorithmicMedia" in its XMP metadata.`,
    [
      `- Dataset: ${oneLine(dataset)}`,
      `- Identities: ${identities}`,
      `- Images: ${images}`,
      `- Digest of the version: ${facts.versionDigest}`,
      `- Licence: ${oneLine(licence)}`,
    ].join('\n'),
    ...(notes.trim() === '' ? [] : ['## What is new', notes.trim()]),
    ...sections.flat(),
    '## Terms',
    termsText.trim() === ''
      ? `These images may be used under ${oneLine(licence)}.`
      : termsText.trim(),
    '## Is it whole?',
    'The release has a manifest with the SHA-256 of every file, signed by the installation that published it. `./colloid release verify manifest.json --files .` compares them.',
  ].join('\n\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
