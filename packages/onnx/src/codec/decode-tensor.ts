/** @file TensorProto to Tensor, bounds checked. */
import { isFieldSet } from '@bufbuild/protobuf';
import { ModelFormatError, ModelLimitError } from '../errors.ts';
import { createData, dataOver, dtypeOfCode, dtypeSizeBytes, type DType } from '../ir/dtype.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import { TensorProtoSchema, type TensorProto } from '../proto/onnx_pb.ts';
import { EXTERNAL } from './attribute-codes.ts';
import type { DecodeLimits } from './limits.ts';

/** Decodes one tensor. @throws ModelFormatError naming it when its data is external, missing or of the wrong length. */
export function decodeTensor(proto: TensorProto, where: string, limits: DecodeLimits): Tensor {
  const name = `${where} '${proto.name}'`;
  if (proto.dataLocation === EXTERNAL || proto.externalData.length > 0)
    throw new ModelFormatError(
      `${name}: its data is in another file, which Colloid never opens; save the model with its weights inside (torch.onnx.export with external_data=False, or onnx.save(onnx.load(file), file)).`,
    );
  if (isFieldSet(proto, TensorProtoSchema.field.segment))
    throw new ModelFormatError(`${name}: tensors in segments are not taken.`);
  const dtype = dtypeOfCode(proto.dataType, name);
  if (proto.dims.length > limits.axes)
    throw new ModelLimitError('axes', limits.axes, proto.dims.length);
  const dims = proto.dims.map((d) => safeInteger(d, name));
  let count = 1;
  for (const d of dims) {
    if (d < 0) throw new ModelFormatError(`${name}: a dimension of ${d}.`);
    count *= d;
  }
  if (count > limits.elements) throw new ModelLimitError('elements', limits.elements, count);
  return tensor(
    dtype,
    dims,
    isFieldSet(proto, TensorProtoSchema.field.rawData)
      ? fromRaw(proto.rawData, dtype, count, name)
      : fromFields(proto, dtype, count, name),
  );
}

export function safeInteger(value: bigint, where: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new ModelFormatError(`${where}: the whole number ${value} is out of range.`);
  return number;
}

function fromRaw(raw: Uint8Array, dtype: DType, count: number, name: string): Tensor['data'] {
  const bytes = count * dtypeSizeBytes(dtype);
  if (raw.length !== bytes)
    throw new ModelFormatError(`${name}: expected ${bytes} bytes of data, got ${raw.length}.`);
  const copy = new Uint8Array(bytes);
  copy.set(raw);
  return dataOver(dtype, copy.buffer);
}

function fromFields(proto: TensorProto, dtype: DType, count: number, name: string): Tensor['data'] {
  const source: readonly (number | bigint)[] =
    dtype === 'float32'
      ? proto.floatData
      : dtype === 'float64'
        ? proto.doubleData
        : dtype === 'int64'
          ? proto.int64Data
          : proto.int32Data;
  if (source.length !== count)
    throw new ModelFormatError(
      `${name}: expected ${count} elements of ${dtype}, got ${source.length}.`,
    );
  if (dtype === 'int64') return BigInt64Array.from(proto.int64Data);
  const data = createData(dtype, count);
  for (let at = 0; at < count; at += 1) data[at] = Number(source[at]);
  return data;
}
