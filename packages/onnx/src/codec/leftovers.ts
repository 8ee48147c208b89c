/**
 * @file TensorFlow's operators that tf2onnx leaves in a file under their own names, rewritten as standard ones.
 *
 * Erfc comes with every exact GELU of Keras: erfc(x) = 1 - erf(x); Log1p(x) is log(1 + x). In float32, as the models that Colloid takes are.
 */
import { node, type Node } from '../ir/graph.ts';
import { tensorFrom, type Tensor } from '../ir/tensor.ts';

interface Parts {
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
}

/** By TensorFlow's name: the two operators in turn; the one of two inputs has 1 as its first. */
const PAIRS: ReadonlyMap<string, readonly [first: string, second: string]> = new Map([
  ['Erfc', ['Erf', 'Sub']],
  ['Log1p', ['Add', 'Log']],
]);
const WITH_ONE: ReadonlySet<string> = new Set(['Add', 'Sub']);

/** The same nodes where there is nothing to rewrite. */
export function rewriteLeftovers(parts: Parts): Parts {
  if (!parts.nodes.some(isLeftover)) return parts;
  const initialisers = new Map(parts.initialisers);
  const nodes = parts.nodes.flatMap((each): Node[] => {
    const pair = isLeftover(each) ? PAIRS.get(each.opType) : undefined;
    if (!pair) return [each];
    const { name, inputs, outputs } = each;
    const [inner, one] = [`${outputs[0] ?? name}/inner`, `${outputs[0] ?? name}/one`];
    initialisers.set(one, tensorFrom('float32', [1], []));
    const step = (opType: string, given: readonly string[], result: readonly string[]): Node =>
      node({
        name: result[0] === inner ? `${name}/inner` : name,
        opType,
        inputs: WITH_ONE.has(opType) ? [one, ...given] : given,
        outputs: result,
        attributes: {},
      });
    return [step(pair[0], inputs, [inner]), step(pair[1], [inner], outputs)];
  });
  return { initialisers, nodes };
}

function isLeftover({ domain, opType, inputs, outputs }: Node): boolean {
  return domain === '' && PAIRS.has(opType) && inputs.length === 1 && outputs.length === 1;
}
