/** @file Runs `checkGradient` over a list of input shapes. */
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import {
  checkGradient,
  graphOf,
  randomTensor,
  type CheckGradientOptions,
} from './check-gradient.ts';

export type Shape = readonly (number | string)[];
export type Body = (b: GraphBuilder, v: Readonly<Record<string, Value>>) => Value;

export interface CheckShapesOptions extends Pick<
  CheckGradientOptions,
  'engine' | 'whole' | 'tolerance' | 'forward'
> {
  /** Shapes of all inputs, one record per case; symbols become 2. */
  readonly shapes: readonly Readonly<Record<string, Shape>>[];
  readonly body: Body;
  /** Interval of the values; default standard normal. */
  readonly low?: number;
  readonly high?: number;
  /** @default 17 */
  readonly opset?: number;
}

/** What symbols stand for when a case is run. */
const SYMBOL_SIZE = 2;

/** Checks the gradient of `body` for each case of shapes; the error of a failure has the seed and the printed graph. */
export async function checkShapes(options: CheckShapesOptions): Promise<void> {
  const { shapes, body, low, high, opset = 17, whole = false, ...rest } = options;
  const dtype = whole ? 'float32' : 'float64';
  const range = low === undefined || high === undefined ? {} : { low, high };
  for (const inputs of shapes) {
    const graph: Graph = graphOf(inputs, body, { dtype, opset });
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, shape], at) => [
        name,
        randomTensor(
          shape.map((d) => (typeof d === 'number' ? d : SYMBOL_SIZE)),
          { seed: at + 3, dtype, whole, ...range },
        ),
      ]),
    );
    await checkGradient(graph, { feeds, whole, ...rest });
  }
}
