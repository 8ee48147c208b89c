/** @file The engine: what is walked, summed, named, and refused. */
import { expect, test } from 'vitest';
import {
  differentiate,
  GraphBuilder,
  GradientError,
  gradientStatus,
  graph,
  node,
  print,
  tensorFrom,
  UnsupportedOperatorError,
  type Graph,
} from '../index.ts';
import { checkGradient, graphOf, randomTensor, runGraph } from '../testing/index.ts';
import type { Value } from '../build/core-builder.ts';

function foreign(domain: string, opType: string): Graph {
  const known = graphOf({ x: ['batch'] }, (b, { x }) => b.exp(x as Value));
  const odd = node({ name: 'odd', domain, opType, inputs: ['x'], outputs: ['h'], attributes: {} });
  const after = node({
    name: 'after',
    opType: 'Exp',
    inputs: ['h'],
    outputs: ['y'],
    attributes: {},
  });
  return graph({ ...known, nodes: [odd, after] });
}

test('gradients of a value that is read twice are added', async () => {
  const twice = graphOf({ x: ['batch', 3] }, (b, { x }) =>
    b.mul(b.add(b.exp(x as Value), x as Value), b.sin(x as Value)),
  );
  expect(
    print(
      differentiate(twice, { outputs: [{ name: 'y' }], withRespectTo: ['x'], keepOutputs: false }),
    ),
  ).toMatchInlineSnapshot(`
    "f_gradient(x: float64[batch, 3], y_cotangent: float64[batch, 3]) opset 17
      Exp_0: float64[batch, 3] = Exp(x)
      Add_0: float64[batch, 3] = Add(Exp_0, x)
      Sin_0: float64[batch, 3] = Sin(x)
      Mul_0_Grad/Mul_0: float64[batch, 3] = Mul(y_cotangent, Sin_0)
      Mul_0_Grad/Mul_1: float64[batch, 3] = Mul(y_cotangent, Add_0)
      Sin_0_Grad/Cos_0: float64[batch, 3] = Cos(x)
      Sin_0_Grad/Mul_0: float64[batch, 3] = Mul(Mul_0_Grad/Mul_1, Sin_0_Grad/Cos_0)
      x_grad_sum: float64[batch, 3] = Add(Sin_0_Grad/Mul_0, Mul_0_Grad/Mul_0)
      Exp_0_Grad/Mul_0: float64[batch, 3] = Mul(Mul_0_Grad/Mul_0, Exp_0)
      x_grad: float64[batch, 3] = Add(x_grad_sum, Exp_0_Grad/Mul_0)
      -> x_grad: float64[batch, 3]"
  `);
  await checkGradient(twice, { feeds: { x: randomTensor([2, 3]) } });
});

test('only what lies between the values and the outputs is differentiated', () => {
  const b = new GraphBuilder({ name: 'g' });
  const [x, z] = [b.input('x', 'float32', ['batch']), b.input('z', 'float32', ['batch'])];
  b.output('y', b.mul(x, b.op('ReduceProd', [z])));
  b.output('other', b.exp(x));
  const text = print(differentiate(b.build(), { outputs: [{ name: 'y' }], withRespectTo: ['x'] }));
  expect(text).toContain('y_cotangent: float32[batch]');
  expect(text).not.toContain('Exp_0_Grad');
  expect(text).not.toContain('ReduceProd_0_Grad');
});

test('a value that no output depends on gets zeros', async () => {
  const b = new GraphBuilder({ name: 'g' });
  const [x, z] = [b.input('x', 'float32', ['batch']), b.input('z', 'float32', ['n', 2])];
  b.output('y', b.exp(x));
  b.output('z2', b.neg(z));
  const gradient = differentiate(b.build(), {
    outputs: [{ name: 'y', seed: 'ones' }],
    withRespectTo: ['z'],
    keepOutputs: false,
  });
  const feeds = { x: tensorFrom('float32', [1]), z: tensorFrom('float32', [1, 2, 3, 4], [2, 2]) };
  expect((await runGraph(gradient, feeds))['z_grad']).toEqual(
    tensorFrom('float32', [0, 0, 0, 0], [2, 2]),
  );
});

test('several outputs add up, and a scalar seeded with ones needs no cotangent', async () => {
  const b = new GraphBuilder({ name: 'g' });
  const x = b.input('x', 'float32', [2]);
  b.output('double', b.mul(x, 2));
  b.output('loss', b.reduceSum(b.mul(x, x), { keepDims: false }));
  const outputs = [{ name: 'double' }, { name: 'loss', seed: 'ones' as const }];
  const gradient = differentiate(b.build(), { outputs, withRespectTo: ['x'] });
  expect(gradient.inputs.map((i) => i.name)).toEqual(['x', 'double_cotangent']);
  const result = await runGraph(gradient, {
    x: tensorFrom('float32', [1, 2]),
    double_cotangent: tensorFrom('float32', [10, 0]),
  });
  expect(result['x_grad']).toEqual(tensorFrom('float32', [22, 4]));
  expect(result['loss']).toEqual(tensorFrom('float32', [5], []));
});

test('inner values can be differentiated, and differentiated by', async () => {
  const b = new GraphBuilder({ name: 'g' });
  const h = b.mul(b.input('x', 'float32', [2]), 3);
  b.output('y', b.mul(h, h));
  const gradient = differentiate(b.build(), {
    outputs: [{ name: 'y', seed: 'ones' }],
    withRespectTo: [h.name],
  });
  expect(
    (await runGraph(gradient, { x: tensorFrom('float32', [1, 2]) }))[`${h.name}_grad`],
  ).toEqual(tensorFrom('float32', [6, 12]));
});

test('every operator without a rule is listed before any work', () => {
  for (const [domain, opType, name] of [
    ['', 'NoSuchOperator', 'NoSuchOperator'],
    ['com.example', 'Exp', 'com.example.Exp'],
  ] as const) {
    const odd = foreign(domain, opType);
    const status = gradientStatus(odd);
    expect(status).toEqual([
      {
        operator: name,
        node: 'odd',
        reason: expect.stringContaining('no gradient rule at opset 17') as string,
      },
    ]);
    expect(() => differentiate(odd, { outputs: [{ name: 'y' }], withRespectTo: ['x'] })).toThrow(
      UnsupportedOperatorError,
    );
  }
  expect(gradientStatus(graphOf({ x: [2] }, (b, { x }) => b.exp(x as Value)))).toEqual([]);
});

test('an operator before the values differentiated by needs no rule', () => {
  expect(gradientStatus(foreign('', 'NoSuchOperator'), { withRespectTo: ['h'] })).toEqual([]);
});

test('nodes that cut every way to the output are named, and those that cut one of several are not', () => {
  const status = (make: (b: GraphBuilder, x: Value) => Value) =>
    gradientStatus(graphOf({ x: [4] }, (b, { x }) => make(b, x as Value))).map(
      ({ operator, reason }) => [operator, reason.split('.')[0]],
    );
  const steps = (b: GraphBuilder, x: Value): Value =>
    b.add(b.op('Round', [b.mul(x, 3)]), b.op('Sign', [b.tanh(x)]));
  expect(status((b, x) => b.sqrt(steps(b, x)))).toEqual([
    ['Round', 'Flat almost everywhere: no gradient'],
    ['Sign', 'Flat almost everywhere: no gradient'],
  ]);
  expect(status((b, x) => b.gather(b.constant([5, 7]), b.cast(b.exp(x), 'int64')))).toEqual([
    ['Gather', 'Its input says only where or how large, and has no gradient'],
  ]);
  expect(status((b, x) => b.add(steps(b, x), x))).toEqual([]);
  expect(status((b) => b.constant([1]))).toEqual([]);
});

test('names that do not exist or are no floats are refused by name', () => {
  const b = new GraphBuilder({ name: 'g' });
  const index = b.input('index', 'int64', [1]);
  b.output('y', b.gather(b.input('x', 'float32', [3]), index));
  const built = b.build();
  const by =
    (outputs: readonly { readonly name: string }[], withRespectTo: readonly string[]) => () =>
      differentiate(built, { outputs, withRespectTo });
  expect(by([{ name: 'y' }], ['nothing'])).toThrow(
    new GradientError("There is no value 'nothing' to differentiate by it."),
  );
  expect(by([{ name: 'y' }], ['index'])).toThrow(
    /'index' is int64: only float values have gradients/,
  );
  expect(by([{ name: 'q' }], ['x'])).toThrow(/There is no value 'q' to differentiate it/);
  expect(by([], ['x'])).toThrow(/at least one output/);
  expect(by([{ name: 'y' }, { name: 'y' }], ['x'])).toThrow(/listed twice/);
});

test('a chain of thousands of nodes is differentiated without recursion', () => {
  const b = new GraphBuilder({ name: 'deep' });
  let value = b.input('x', 'float32', ['batch']);
  for (let depth = 0; depth < 3000; depth += 1) value = b.sin(value);
  b.output('y', value);
  expect(
    differentiate(b.build(), { outputs: [{ name: 'y' }], withRespectTo: ['x'] }).nodes.length,
  ).toBe(9000);
});
