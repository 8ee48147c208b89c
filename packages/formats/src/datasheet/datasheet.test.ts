import { expect, test } from 'vitest';

import { DATASHEET_QUESTIONS, datasheetText, unansweredQuestions } from './datasheet.ts';

const FACTS = {
  title: 'Faces\nof nobody',
  semanticVersion: '1.0.0',
  dataset: 'lab/faces',
  versionDigest: 'ab'.repeat(32),
  identities: 2,
  images: 8,
  licence: 'CC-BY-4.0',
  termsText: '',
  notes: '',
};

test('a question is answered by words, not by what holds their place', () => {
  const answers = DATASHEET_QUESTIONS.map((question) => ({ question, answer: 'By the lab.' }));
  expect(unansweredQuestions(answers)).toEqual([]);
  for (const answer of ['', '  \n', '...', '-', 'TODO', 'tbd.', '?', 'Lorem ipsum dolor']) {
    const [first] = DATASHEET_QUESTIONS;
    const spoiled = [{ question: first, answer }, ...answers.slice(1)];
    expect(unansweredQuestions(spoiled)).toEqual([first]);
  }
  expect(unansweredQuestions([])).toHaveLength(DATASHEET_QUESTIONS.length);
});

test('the text holds facts and answers and cannot be given headings by a title', () => {
  const text = datasheetText(FACTS, [
    { question: DATASHEET_QUESTIONS[0], answer: 'By the lab.\n' },
  ]);
  expect(text).toContain('# Faces of nobody 1.0.0\n');
  expect(text).toContain(`## ${DATASHEET_QUESTIONS[0]}\n\nBy the lab.\n`);
  expect(text).toContain('under CC-BY-4.0.');
  expect(text).toBe(
    datasheetText(FACTS, [{ question: DATASHEET_QUESTIONS[0], answer: 'By the lab.' }]),
  );
});
