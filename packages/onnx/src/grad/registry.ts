/** @file Finds the gradient of an operator by domain, name and opset. */
import { invariant } from '../errors.ts';
import type { Node } from '../ir/graph.ts';
import type { OperatorGradient } from './rule.ts';
import * as rules from './rules/index.ts';

const BY_OPERATOR = new Map<string, OperatorGradient[]>();
for (const entry of Object.values(rules)) {
  const key = `${entry.domain}/${entry.op}`;
  const known = BY_OPERATOR.get(key) ?? [];
  const overlaps = known.some(
    (o) => o.opsets[0] <= entry.opsets[1] && entry.opsets[0] <= o.opsets[1],
  );
  invariant(!overlaps, `two gradients of ${key} for one opset`);
  BY_OPERATOR.set(key, [...known, entry]);
}

/** The gradient of a node's operator at an opset, undefined when there is none. */
export function gradientOf(
  node: Pick<Node, 'domain' | 'opType'>,
  opset: number,
): OperatorGradient | undefined {
  return BY_OPERATOR.get(`${node.domain}/${node.opType}`)?.find(
    (o) => o.opsets[0] <= opset && opset <= o.opsets[1],
  );
}

/** Every registered gradient, by name. */
export function registeredGradients(): readonly OperatorGradient[] {
  return [...BY_OPERATOR.values()]
    .flat()
    .toSorted((a, b) => (a.op < b.op ? -1 : a.op > b.op ? 1 : a.opsets[0] - b.opsets[0]));
}
