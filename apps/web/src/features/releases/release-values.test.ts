import { expect, test } from 'vitest';
import { inputOf, newValues, valuesOf } from './release-values.ts';

const TERMS = { licence: 'CC0-1.0', text: 'Be kind.', isGated: true, reach: 'PUBLIC' } as const;
const PREVIOUS = {
  terms: { ...TERMS, __typename: 'ReleaseTerms' },
  galleries: [{ id: 'g' }],
  datasheet: [
    { question: 'Own?', answer: 'Yes.' },
    { question: 'Why?', answer: 'Because.' },
  ],
} as const;

test('a new release begins with the terms, galleries and answers of the one before it', () => {
  const values = newValues({
    versionId: 'v',
    semanticVersion: '1.1.0',
    title: 'Faces',
    questions: ['What?', 'Why?'],
    previous: PREVIOUS,
  });
  expect(inputOf(values)).toEqual({
    versionId: 'v',
    semanticVersion: '1.1.0',
    title: 'Faces',
    notes: '',
    terms: TERMS,
    galleryIds: ['g'],
    datasheet: [
      { question: 'What?', answer: '' },
      { question: 'Why?', answer: 'Because.' },
      { question: 'Own?', answer: 'Yes.' },
    ],
  });
});

test('a release that is edited keeps its words, and sends nothing that only queries have', () => {
  const release = {
    ...PREVIOUS,
    version: { id: 'v' },
    semanticVersion: '1.0.0',
    title: 'T',
    notes: 'N',
  };
  expect(inputOf(valuesOf(release, ['Own?', 'Why?']))).toEqual({
    versionId: 'v',
    semanticVersion: '1.0.0',
    title: 'T',
    notes: 'N',
    terms: TERMS,
    galleryIds: ['g'],
    datasheet: PREVIOUS.datasheet,
  });
});
