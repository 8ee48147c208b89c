/** @file Why operators are not taken, and what to do about it, by family. */

const CONTROL_FLOW =
  'its number of steps is decided while it runs, and a gradient would need every step kept; export the model with the steps written out (a fixed number), or without it';
const SEQUENCE =
  'sequences and optional values are not taken; export the model with tensors only (torch.stack and torch.cat of a fixed number of parts)';
const RECURRENT =
  'recurrent layers have no gradient rule; export them with their steps written out (a fixed number), as MatMul, Sigmoid and Tanh';
const RANDOM =
  "it gives other values at every run, so that an image could not be made again; make the noise an input or a constant (StyleGAN: noise_mode='const')";
const QUANTISED = 'quantised operators are not taken; export the float32 model';
const DETECTION =
  'it selects regions by their values, which has no gradient; register the network without its detector';
const COMPILED =
  'tf2onnx left a compiled function of TensorFlow in the file; Keras makes one of a convolution in groups: write it as a split of the channels, a convolution each, and a concatenation';
const OWN_OF_RUNTIME =
  "onnxruntime's own operators are not taken; register the file from before its optimiser ran, or let that run at level basic only";
const TEXT = 'text is not taken; register the part of the network that works on numbers';

const REASONS: Readonly<Record<string, string>> = {
  // One whose condition is known is replaced by its branch while the file is read.
  If: 'its condition is computed from values that only the run knows, so no branch can be chosen; export the model for one case, with fixed sizes where the condition asks for them',
  ...reasons(CONTROL_FLOW, ['Loop', 'Scan', 'SequenceMap']),
  ...reasons(SEQUENCE, [
    'SequenceAt',
    'SequenceConstruct',
    'SequenceEmpty',
    'SequenceErase',
    'SequenceInsert',
    'SequenceLength',
    'SplitToSequence',
    'ConcatFromSequence',
    'Optional',
    'OptionalGetElement',
    'OptionalHasElement',
  ]),
  ...reasons(RECURRENT, ['GRU', 'LSTM', 'RNN']),
  ...reasons(RANDOM, [
    'Bernoulli',
    'Multinomial',
    'RandomNormal',
    'RandomNormalLike',
    'RandomUniform',
    'RandomUniformLike',
  ]),
  ...reasons(QUANTISED, [
    'ConvInteger',
    'DequantizeLinear',
    'DynamicQuantizeLinear',
    'MatMulInteger',
    'QLinearConv',
    'QLinearMatMul',
    'QuantizeLinear',
  ]),
  ...reasons(DETECTION, ['MaxRoiPool', 'NonMaxSuppression', 'RoiAlign', 'Unique']),
  ...reasons(COMPILED, ['PartitionedCall', 'StatefulPartitionedCall']),
  ...reasons(TEXT, [
    'LabelEncoder',
    'RegexFullMatch',
    'StringConcat',
    'StringNormalizer',
    'StringSplit',
    'TfIdfVectorizer',
  ]),
  Upsample: "it was replaced by Resize in opset 10; convert the model's opset",
  Scatter: "it was replaced by ScatterElements in opset 11; convert the model's opset",
};

/** The reason for an operator, undefined when its family has none of its own. */
export function unsupportedReason(opType: string, domain = ''): string | undefined {
  if (domain === 'com.microsoft' || domain.startsWith('com.microsoft.')) return OWN_OF_RUNTIME;
  if (domain !== '') return undefined;
  return Object.hasOwn(REASONS, opType) ? REASONS[opType] : undefined;
}

/** Every operator that is refused for a reason of its own. */
export function unsupportedOperators(): readonly {
  readonly operator: string;
  readonly reason: string;
}[] {
  return Object.entries(REASONS).map(([operator, reason]) => ({ operator, reason }));
}

function reasons(reason: string, operators: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(operators.map((operator) => [operator, reason]));
}
