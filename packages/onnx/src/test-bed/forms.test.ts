/** @file Functions of PyTorch as its two exporters write them, from opset 13 to 21: their gradients are those of autograd. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeModel } from '../codec/decode.ts';
import { differentiate } from '../grad/engine.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { runGraph } from '../testing/run.ts';
import { hashedWeight } from './weights.ts';

interface Form {
  readonly shape: readonly number[];
  readonly output: readonly number[];
  /** Those that could write it. */
  readonly exporters: readonly string[];
  readonly gradient: readonly number[];
}

const FOLDER = new URL('fixtures/forms/', import.meta.url);
const FORMS = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8')) as Record<
  string,
  Form
>;

const cases = Object.entries(FORMS).flatMap(([name, form]) =>
  form.exporters.map((exporter) => [name, exporter, form] as const),
);

test.each(cases)('%s, %s', async (name, exporter, { shape, output, gradient }) => {
  const graph = decodeModel(readFileSync(new URL(`${name}.${exporter}.onnx`, FOLDER)));
  const derivative = differentiate(graph, { outputs: [{ name: 'y' }], withRespectTo: ['x'] });
  const results = await runGraph(derivative, {
    x: hashedWeight(`${name}.input`, shape),
    y_cotangent: hashedWeight(`${name}.cotangent`, output),
  });
  const ours = tensorNumbers(results['x_grad'] as Tensor);
  const difference = Math.hypot(...ours.map((value, at) => value - (gradient[at] as number)));
  expect(difference / Math.hypot(...gradient)).toBeLessThan(1e-5);
});
