/** @file What a Pad adds, where it adds zeros. */
import type { Node } from '../ir/graph.ts';
import { tensorNumbers } from '../ir/tensor.ts';
import type { Rewriter } from './rewrite.ts';

/** Zeros before each axis, then after each; undefined for other modes and values, pads that only the run knows, and a choice of axes. */
export function zeroPads(rewriter: Rewriter, pad: Node): readonly number[] | undefined {
  const [, padsName = '', valueName = '', axesName = ''] = pad.inputs;
  const pads = rewriter.constant(padsName);
  const value = valueName === '' ? undefined : rewriter.constant(valueName);
  const isConstant = rewriter.context(pad).string('mode', 'constant') === 'constant';
  if (!pads || !isConstant || axesName !== '') return undefined;
  if (valueName !== '' && !(value && tensorNumbers(value).every((each) => each === 0)))
    return undefined;
  return tensorNumbers(pads);
}
