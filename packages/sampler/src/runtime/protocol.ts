/** @file Messages between a runtime and its thread. */

import type { ExecutionProvider, HostTensor, OperatorFallback } from './types.ts';

export interface ThreadSettings {
  readonly provider: ExecutionProvider;
  readonly threads: number;
  /** Before a thread without work sleeps. */
  readonly spinMicroseconds: number;
}

export type ThreadRequest =
  | {
      readonly kind: 'load';
      readonly id: number;
      readonly session: number;
      /** Bytes, or the path of a file with them. */
      readonly model: Uint8Array | string;
      /** Whether it was written by the process that optimises graphs, and is to be run as it is. */
      readonly isOptimised: boolean;
      readonly memoryPattern: boolean;
      /** Whether onnxruntime records which provider runs what, until 'place' asks. */
      readonly traced: boolean;
    }
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly session: number;
      readonly feeds: Readonly<Record<string, HostTensor>>;
      readonly outputs: readonly string[] | null;
      /** Outputs that are written into shared memory and not sent back. */
      readonly into: Readonly<Record<string, HostTensor>>;
    }
  | { readonly kind: 'place'; readonly id: number; readonly session: number }
  | { readonly kind: 'dispose'; readonly id: number; readonly session: number }
  | { readonly kind: 'close'; readonly id: number };

export type ThreadResult =
  | {
      readonly kind: 'loaded';
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
    }
  | { readonly kind: 'ran'; readonly outputs: Record<string, HostTensor> }
  | { readonly kind: 'placed'; readonly onCpu: readonly OperatorFallback[] }
  | { readonly kind: 'done' };

export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly result: ThreadResult }
  | { readonly id: number; readonly ok: false; readonly message: string };
