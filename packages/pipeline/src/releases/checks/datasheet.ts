/** @file DATASHEET: every question has an answer. */

import { DATASHEET_QUESTIONS, unansweredQuestions } from '@colloid/formats';

import { type Check, counted } from './check.ts';

export const datasheet: Check = async ({ release }) => {
  const unanswered = unansweredQuestions(release.datasheet);
  const evidence = { questions: DATASHEET_QUESTIONS.length, unanswered };
  const [first = ''] = unanswered;
  return unanswered.length === 0
    ? {
        isPassed: true,
        sentence: `All ${counted(DATASHEET_QUESTIONS.length, 'question')} of the datasheet are answered.`,
        evidence,
      }
    : {
        isPassed: false,
        sentence: `${counted(unanswered.length, 'question')} of the datasheet ${unanswered.length === 1 ? 'has' : 'have'} no answer, such as "${first}"; answer what is open.`,
        evidence,
      };
};
