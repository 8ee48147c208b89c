/** @file The only part of Colloid that imports onnxruntime-node. */

export { openRuntime } from './open-runtime.ts';
export { availableProviders } from './providers.ts';
export type {
  ExecutionProvider,
  HostData,
  HostDType,
  HostTensor,
  OperatorFallback,
  ProviderStatus,
  RunOptions,
  Runtime,
  RuntimeOptions,
  SelfTest,
  Session,
  SessionModel,
  SessionOptions,
} from './types.ts';
