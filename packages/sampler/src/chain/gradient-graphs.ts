/** @file The gradient graphs of a chain: pull a cotangent back to w, or an angular loss. */

import { differentiate, GraphBuilder, pruneNodes } from '@colloid/onnx';
import type { Graph, Node, Value } from '@colloid/onnx';

import { addAngularCotangent } from './angle.ts';

/** Name that `differentiate` gives the cotangent of the output 'embedding'. */
export const COTANGENT = 'embedding_cotangent';

const GRADIENT = 'w_grad';

/**
 * The vector-Jacobian product of w to ê. Inputs w [batch, D] and embedding_cotangent [batch, E],
 * the derivative of a potential with respect to ê; outputs embedding [batch, E] and w_grad [batch, D].
 */
export function pullbackGraph(embed: Graph): Graph {
  return differentiate(embed, {
    outputs: [{ name: 'embedding' }],
    withRespectTo: ['w'],
    keepOutputs: true,
  });
}

/** Where the largest element of a cotangent is put: float16 has as much room above as a gradient that grows needs, and 20 bits below. */
const COTANGENT_SIZE = 16;
const LEAST_COTANGENT = 1e-30;

/**
 * A pullback whose cotangents are brought to one size, row by row, on the way in, and its gradients back on the way out: in float16 a small
 * gradient would vanish. The same function, since a pullback is linear in its cotangent.
 */
export function scaleCotangent(pullback: Graph): Graph {
  const b = new GraphBuilder({ name: pullback.name, opset: pullback.opset });
  for (const { name, type } of pullback.inputs) b.input(name, type.dtype, type.shape);
  for (const [name, tensor] of pullback.initialisers) b.initialiser(name, tensor);
  const cotangent = b.value(COTANGENT);
  const largest = b.max(
    b.reduceMax(b.abs(cotangent), { axes: [1], keepDims: true }),
    LEAST_COTANGENT,
  );
  const unit = b.div(largest, COTANGENT_SIZE);
  const scaled = b.div(cotangent, unit);
  for (const node of pullback.nodes) {
    const fed = feed(node, COTANGENT, scaled);
    const renamed = (name: string): string => (name === GRADIENT ? `${GRADIENT}/scaled` : name);
    b.addNode({ ...fed, inputs: fed.inputs.map(renamed), outputs: fed.outputs.map(renamed) });
  }
  for (const { name } of pullback.outputs) if (name !== GRADIENT) b.output(name, b.value(name));
  b.output(GRADIENT, b.mul(b.value(`${GRADIENT}/scaled`), unit));
  return b.build();
}

/**
 * The forward part of a pullback, w to embedding. It is faster than the graph that was differentiated: rules replace operators that leave
 * onnxruntime's blocked layout, and embeddings are the same bits as beside a gradient.
 */
export function forwardGraph(pullback: Graph): Graph {
  return pruneNodes({
    ...pullback,
    inputs: pullback.inputs.filter((input) => input.name !== COTANGENT),
    outputs: pullback.outputs.filter((output) => output.name === 'embedding'),
  });
}

/**
 * The gradient of Σ θ(ê, r)² / 4 with the loss inside, so that the forward pass runs once. Inputs w
 * [batch, D] and reference r [batch, E]; outputs embedding, theta [batch] and w_grad.
 */
export function dispersionGraph(pullback: Graph): Graph {
  const cotangentInput = pullback.inputs.find((input) => input.name === COTANGENT);
  if (cotangentInput === undefined) throw new Error('internal error: no cotangent input');
  const b = new GraphBuilder({ name: `${pullback.name} dispersion`, opset: pullback.opset });
  for (const input of pullback.inputs) {
    const name = input === cotangentInput ? 'reference' : input.name;
    b.input(name, input.type.dtype, input.type.shape);
  }
  for (const [name, tensor] of pullback.initialisers) b.initialiser(name, tensor);
  const { before, after } = splitAt(pullback.nodes, COTANGENT);
  for (const node of before) b.addNode(node);
  const { theta, cotangent } = addAngularCotangent(b, b.value('embedding'), b.value('reference'));
  for (const node of after) b.addNode(feed(node, COTANGENT, cotangent));
  b.output('embedding', b.value('embedding'));
  b.output('theta', theta);
  b.output(GRADIENT, b.value(GRADIENT));
  return b.build();
}

/** Nodes that do not depend on a value, and those that do, each in order. */
function splitAt(
  nodes: readonly Node[],
  name: string,
): { readonly before: readonly Node[]; readonly after: readonly Node[] } {
  const dependent = new Set([name]);
  const before: Node[] = [];
  const after: Node[] = [];
  for (const node of nodes) {
    const depends = node.inputs.some((input) => dependent.has(input));
    if (depends) for (const output of node.outputs) dependent.add(output);
    (depends ? after : before).push(node);
  }
  return { before, after };
}

function feed(node: Node, name: string, value: Value): Node {
  if (!node.inputs.includes(name)) return node;
  return { ...node, inputs: node.inputs.map((input) => (input === name ? value.name : input)) };
}
