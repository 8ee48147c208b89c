import { expect, test } from 'vitest';
import { sortUserErrors } from './user-errors.ts';

test('errors go to the field whose path they end with, the rest to the form', () => {
  const sorted = sortUserErrors(
    [
      {
        code: 'INVALID',
        message: 'too small',
        path: ['definition', 'references', 'parameters', 'timestep'],
      },
      {
        code: 'INVALID',
        message: 'second',
        path: ['definition', 'references', 'parameters', 'timestep'],
      },
      { code: 'BUDGET_EXCEEDED', message: 'no budget', path: [] },
    ],
    ['timestep', 'references.parameters.timestep', 'identities'],
  );
  expect(sorted.fields).toEqual({ 'references.parameters.timestep': 'too small' });
  expect(sorted.form).toEqual(['no budget']);
});
