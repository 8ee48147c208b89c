/** @file The graphs of the generator: z to w, w to image, and w to named factors. */
import { GraphBuilder } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import { LATENT_DIMENSION as D } from './factors.ts';
import { Field, matMul, table } from './field.ts';
import { BENT_WEIGHT, MIXING, STRAIGHT_WEIGHT } from './mixing.ts';
import { factorsOf, Person } from './person.ts';
import { renderHead } from './render.ts';

/** `mapping.onnx`: z `[batch, 64]` to w `[batch, 64]`. */
export function mappingGraph(): Graph {
  const builder = new GraphBuilder({ name: 'parametric-head-mapping' });
  const z = new Field(builder, builder.input('z', 'float32', ['batch', D]));
  const applied = (matrix: Float32Array): Field => table(builder, transposed(matrix), [D, D]);
  const inner = matMul(z, applied(MIXING.inner))
    .add(table(builder, MIXING.innerBias, [1, D]))
    .tanh();
  const straight = matMul(z, applied(MIXING.straight)).mul(STRAIGHT_WEIGHT);
  const w = matMul(inner, applied(MIXING.bent)).mul(BENT_WEIGHT).add(straight);
  builder.output('w', w.value);
  return builder.build();
}

/** `synthesis.onnx`: w `[batch, 64]` to image `[batch, 3, 128, 128]`, RGB in [-1, 1]. */
export function synthesisGraph(): Graph {
  const builder = new GraphBuilder({ name: 'parametric-head-synthesis' });
  const w = new Field(builder, builder.input('w', 'float32', ['batch', D]));
  builder.output('image', renderHead(new Person(factorsOf(w))).value);
  return builder.build();
}

/** `factors.onnx`: w `[batch, 64]` to squashed factors `[batch, 64]` in the order of `FACTOR_NAMES`. */
export function factorsGraph(): Graph {
  const builder = new GraphBuilder({ name: 'parametric-head-factors' });
  const w = new Field(builder, builder.input('w', 'float32', ['batch', D]));
  builder.output('factors', factorsOf(w).value);
  return builder.build();
}

function transposed(matrix: Float32Array): Float32Array {
  return Float32Array.from(
    { length: D * D },
    (_, index) => matrix[(index % D) * D + Math.floor(index / D)] ?? 0,
  );
}
