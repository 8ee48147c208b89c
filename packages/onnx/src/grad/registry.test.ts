/** @file The list of rules, the folder of rules and the table of operators agree. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasInference } from '../infer/infer-node.ts';
import { opsTable } from '../testing/ops-table.ts';
import { gradientOf, registeredGradients } from './registry.ts';
import * as rules from './rules/index.ts';

test('every file of the rules folder is registered under its own name', () => {
  const files = readdirSync(new URL('rules/', import.meta.url)).filter(
    (f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && f !== 'index.ts',
  );
  expect(Object.keys(rules).toSorted()).toEqual(files.map((f) => f.slice(0, -3)).toSorted());
  for (const [name, gradient] of Object.entries(rules)) expect(gradient.op).toBe(name);
});

test('every operator with a gradient has inferred types', () => {
  const missing = registeredGradients().filter(
    (g) => !hasInference({ domain: g.domain, opType: g.op }),
  );
  expect(missing.map((g) => g.op)).toEqual([]);
});

test('a gradient is found by domain and opset', () => {
  expect(gradientOf({ domain: '', opType: 'Exp' }, 17)?.state).toBe('rule');
  expect(gradientOf({ domain: 'com.example', opType: 'Exp' }, 17)).toBeUndefined();
  expect(gradientOf({ domain: '', opType: 'Gelu' }, 17)).toBeUndefined();
});

test('OPS.md is what the code says; write it by npm run generate:ops', () => {
  expect(readFileSync(new URL('../../OPS.md', import.meta.url), 'utf8')).toBe(opsTable());
});
