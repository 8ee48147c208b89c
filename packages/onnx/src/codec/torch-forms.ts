/**
 * @file Forms of PyTorch's tracing exporter that onnxruntime does not run, rewritten as standard ones.
 *
 * Standardised weights (ScaledStdConv of NFNets, StdConv of BiT and hybrid transformers) are normalised by F.batch_norm in training mode,
 * in eval() too, and are exported as BatchNormalization in training mode over a constant. Its statistics are written out as reductions,
 * which constant folding computes. Over activations it stays, and is refused: there a row would depend on the others of its batch.
 *
 * `movedim(-1, 1)` is exported as a Transpose with a negative axis, which is counted from the end.
 */
import {
  attributesFrom,
  floatAttribute,
  intAttribute,
  intsAttribute,
  type Attributes,
} from '../ir/attribute.ts';
import { node, type Node } from '../ir/graph.ts';
import { tensorFrom, type Tensor } from '../ir/tensor.ts';

interface Parts {
  readonly opset: number;
  readonly initialisers: ReadonlyMap<string, Tensor>;
  /** Each after those that it reads. */
  readonly nodes: readonly Node[];
  /** Names of the graph's outputs. */
  readonly outputs: readonly string[];
}

/** The nodes in the same order, and the initialisers with those that were added; both as they are where there is nothing to rewrite. */
export function rewriteTorchForms(parts: Parts): Pick<Parts, 'initialisers' | 'nodes'> {
  const { initialisers, nodes } = parts;
  if (!nodes.some((n) => hasTrainingStatistics(n) || hasNegativeOrder(n))) return parts;
  const read = new Set([...parts.outputs, ...nodes.flatMap((n) => n.inputs)]);
  const constants = new Set(initialisers.keys());
  const added = new Map(initialisers);
  const rewritten = nodes.flatMap((each): readonly Node[] => {
    const isConstant = each.inputs.every((name) => name === '' || constants.has(name));
    if (isConstant) for (const output of each.outputs) constants.add(output);
    if (hasNegativeOrder(each)) return [withCountedAxes(each)];
    const isRewritten =
      hasTrainingStatistics(each) &&
      isConstant &&
      each.outputs.slice(1).every((name) => !read.has(name));
    return isRewritten ? standardisation(each, parts.opset, added) : [each];
  });
  return { initialisers: added, nodes: rewritten };
}

/** Until opset 13 the further outputs say that it trains, from 14 on an attribute does. */
function hasTrainingStatistics(each: Node): boolean {
  if (each.opType !== 'BatchNormalization' || each.domain !== '') return false;
  const outputs = each.outputs.filter((name) => name !== '').length;
  return intAttribute(each, 'training_mode', 0) === 1 || outputs > 1;
}

function hasNegativeOrder(each: Node): boolean {
  return (
    each.opType === 'Transpose' && each.domain === '' && orderOf(each).some((axis) => axis < 0)
  );
}

function withCountedAxes(each: Node): Node {
  const order = orderOf(each);
  const perm = order.map((axis) => (axis < 0 ? axis + order.length : axis));
  return node({ ...each, attributes: attributesFrom({ ...each.attributes, perm }) });
}

function orderOf(each: Node): readonly number[] {
  return intsAttribute(each, 'perm') ?? [];
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) · scale + bias over x as [N, C, S], whatever its rank, with the mean and the (biased) variance
 * of each channel.
 */
function standardisation(
  each: Node,
  opset: number,
  initialisers: Map<string, Tensor>,
): readonly Node[] {
  const [x = '', scale = '', bias = ''] = each.inputs;
  const [y = ''] = each.outputs;
  const constant = (name: string, value: Tensor): string => {
    initialisers.set(`${y}/${name}`, value);
    return `${y}/${name}`;
  };
  const nodes: Node[] = [];
  const step = (
    name: string,
    opType: string,
    inputs: readonly string[],
    attributes: Attributes = {},
  ): string => {
    const output = name === '' ? y : `${y}/${name}`;
    nodes.push(
      node({ name: `${each.name}/${name}`, opType, inputs, outputs: [output], attributes }),
    );
    return output;
  };
  const axes = [0, 2];
  const mean = (name: string, of: string): string =>
    opset >= 18
      ? step(name, 'ReduceMean', [of, constant('axes', tensorFrom('int64', axes))])
      : step(name, 'ReduceMean', [of], attributesFrom({ axes }));
  const perChannel = constant('perChannel', tensorFrom('int64', [1, -1, 1]));
  const epsilon = tensorFrom('float32', [floatAttribute(each, 'epsilon', 1e-5)], []);
  const flat = step('flat', 'Reshape', [x, constant('rows', tensorFrom('int64', [0, 0, -1]))]);
  const centred = step('centred', 'Sub', [flat, mean('mean', flat)]);
  const variance = mean('variance', step('squares', 'Mul', [centred, centred]));
  const deviation = step('deviation', 'Sqrt', [
    step('shifted', 'Add', [variance, constant('epsilon', epsilon)]),
  ]);
  const scaled = step('scaled', 'Mul', [
    step('unit', 'Div', [centred, deviation]),
    step('scale', 'Reshape', [scale, perChannel]),
  ]);
  const sum = step('sum', 'Add', [scaled, step('bias', 'Reshape', [bias, perChannel])]);
  step('', 'Reshape', [sum, step('shape', 'Shape', [x])]);
  return nodes;
}
