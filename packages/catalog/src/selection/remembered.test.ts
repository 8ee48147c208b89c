import { expect, test } from 'vitest';
import { Remembered } from './remembered.ts';

test('an answer is found once, also for those who ask meanwhile, and the one out of use is forgotten', async () => {
  const remembered = new Remembered(2);
  const asked: string[] = [];
  const ask = (question: string) =>
    remembered.answer(question, () => {
      asked.push(question);
      return Promise.resolve(question.length);
    });
  expect(await Promise.all([ask('a'), ask('a'), ask('bb')])).toEqual([1, 1, 2]);
  await ask('a');
  await ask('ccc');
  expect(asked).toEqual(['a', 'bb', 'ccc']);
  await ask('a');
  await ask('bb');
  expect(asked).toEqual(['a', 'bb', 'ccc', 'bb']);
});

test('what failed is asked again', async () => {
  const remembered = new Remembered(2);
  await expect(
    remembered.answer('a', () => Promise.reject(new Error('no database'))),
  ).rejects.toThrow('no database');
  expect(await remembered.answer('a', () => Promise.resolve(1))).toBe(1);
});
