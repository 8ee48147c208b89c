/**
 * @file Folds a Pad by zeros into the Conv that reads it.
 *
 * onnxruntime does so too, but not in the gradient: there the Conv gives the gradient of the padded image, rim and all, and a Pad by
 * less than nothing crops it, one more pass over the image on one thread. Folded, the rim is not computed.
 */
import { windowGeometry } from '../infer/window.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from './rewrite.ts';
import { zeroPads } from './zero-pads.ts';

/** The graph with pads of height and width by zeros as attributes of the convolutions that read them. */
export function foldPads(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes) {
    const pad = node.domain === '' && node.opType === 'Conv' && padBefore(rewriter, node);
    if (!pad) continue;
    const { auto_pad: _, ...attributes } = node.attributes;
    const inputs = [pad.input, ...node.inputs.slice(1)];
    rewriter.redirect(
      node.outputs[0] as string,
      rewriter.add(`${node.name}/padded`, 'Conv', inputs, { ...attributes, pads: pad.pads }),
    );
  }
  return rewriter.finish();
}

/** What the Conv reads through a Pad, and all pads of both. */
function padBefore(
  rewriter: Rewriter,
  node: Node,
): { readonly input: string; readonly pads: readonly number[] } | undefined {
  const pad = rewriter.producer(node.inputs[0] as string, 'Pad');
  const added = pad && spatialZeros(rewriter, pad);
  const kernel = rewriter.type(node.inputs[1] as string)?.shape.slice(2);
  if (!pad || !added || !kernel?.every((size) => typeof size === 'number')) return undefined;
  const { pads, dilations } = windowGeometry(rewriter.context(node), kernel);
  const all = pads.map((own, at) => own + (added[at] as number));
  // A kernel that reads nothing but zeros somewhere has no convolution as its gradient.
  const isWithinReach = all.every((size, at) => {
    const axis = at % kernel.length;
    return size <= (dilations[axis] as number) * ((kernel[axis] as number) - 1);
  });
  return isWithinReach ? { input: pad.inputs[0] as string, pads: all } : undefined;
}

/** Zeros before height and width and after them, where the Pad adds nothing else. */
function spatialZeros(rewriter: Rewriter, pad: Node): readonly number[] | undefined {
  const sizes = zeroPads(rewriter, pad);
  if (!sizes) return undefined;
  const rank = sizes.length / 2;
  const isOfImage = sizes.every((size, at) => (at % rank < 2 ? size === 0 : size >= 0));
  return isOfImage ? [...sizes.slice(2, rank), ...sizes.slice(rank + 2)] : undefined;
}
