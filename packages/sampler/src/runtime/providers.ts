/** @file Which execution providers run here, found out by running a small graph on each. */

import { readdir } from 'node:fs/promises';
import { encodeModel, GraphBuilder } from '@colloid/onnx';

import { ProviderUnavailableError } from '../errors.ts';
import { SessionClient } from './session-client.ts';
import type { ExecutionProvider, ProviderStatus } from './types.ts';
import { hasVulkanDriver } from './vulkan.ts';

/** Best first: what 'auto' tries in turn. */
const PREFERENCE = ['cuda', 'webgpu', 'cpu'] as const satisfies readonly ExecutionProvider[];

const NO_GRAPHICS = 'there is no graphics device, and no Vulkan driver that would do without one';

const trials = new Map<ExecutionProvider, Promise<ProviderStatus>>();

/**
 * States of all providers, for a diagnosis. Each is tried once per process by running a small graph
 * in a thread of its own.
 */
export async function availableProviders(): Promise<readonly ProviderStatus[]> {
  const statuses: ProviderStatus[] = [];
  for (const provider of PREFERENCE) statuses.push(await status(provider));
  return statuses;
}

/**
 * The provider to use. 'auto' skips webgpu on a software adapter: the CPU provider is faster there.
 *
 * @throws ProviderUnavailableError when the one named cannot run here.
 */
export async function chooseProvider(
  wanted: ExecutionProvider | 'auto',
): Promise<ExecutionProvider> {
  if (wanted === 'cpu') return 'cpu';
  if (wanted !== 'auto') {
    const found = await status(wanted);
    if (!found.available) throw new ProviderUnavailableError(wanted, found.reason ?? 'it failed');
    return wanted;
  }
  const hardware = await hasGraphicsDevice();
  for (const provider of PREFERENCE) {
    if (provider !== 'cpu' && !hardware) continue;
    if ((await status(provider)).available) return provider;
  }
  return 'cpu';
}

function status(provider: ExecutionProvider): Promise<ProviderStatus> {
  let trial = trials.get(provider);
  if (trial === undefined) {
    trial = tryProvider(provider);
    trials.set(provider, trial);
  }
  return trial;
}

async function tryProvider(provider: ExecutionProvider): Promise<ProviderStatus> {
  if (
    provider === 'webgpu' &&
    !(await hasGraphicsDevice()) &&
    !(await hasVulkanDriver(process.env))
  ) {
    return { name: provider, available: false, reason: NO_GRAPHICS };
  }
  const client = new SessionClient({ provider, threads: 1, spinMicroseconds: 0 });
  try {
    await client.request({
      kind: 'load',
      session: 1,
      model: trialModel(),
      isOptimised: false,
      memoryPattern: false,
      traced: false,
    });
    const data = Float32Array.of(1, 2, 3, 4);
    const ran = await client.request({
      kind: 'run',
      session: 1,
      feeds: { x: { dtype: 'float32', dims: [4], data } },
      outputs: null,
      into: {},
    });
    const sum = ran.kind === 'ran' ? ran.outputs['y']?.data : undefined;
    if (sum === undefined || sum.length !== 4 || sum[3] !== 8) {
      return { name: provider, available: false, reason: 'a trial graph gave a wrong result' };
    }
    return { name: provider, available: true };
  } catch (error) {
    return { name: provider, available: false, reason: reasonOf(provider, error) };
  } finally {
    await client.close();
  }
}

/** What a person can do something about, where onnxruntime only names lines of its own source. */
const KNOWN_REASONS: readonly {
  readonly provider: ExecutionProvider;
  readonly pattern: RegExp;
  readonly reason: string;
}[] = [
  {
    provider: 'cuda',
    pattern: /Failed to load shared library/,
    reason: "onnxruntime's CUDA provider library is not installed, or CUDA and cuDNN are not",
  },
  {
    provider: 'webgpu',
    pattern: /Failed to get a WebGPU adapter/,
    reason:
      'no graphics adapter answers; on Linux it needs the Vulkan loader (libvulkan1) and a driver',
  },
];

function reasonOf(provider: ExecutionProvider, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const known = KNOWN_REASONS.find((one) => one.provider === provider && one.pattern.test(message));
  return known?.reason ?? message.split('\n', 1)[0] ?? '';
}

/** y = x + x on four numbers. */
function trialModel(): Uint8Array {
  const b = new GraphBuilder({ name: 'trial' });
  const x = b.input('x', 'float32', [4]);
  b.output('y', b.add(x, x));
  return encodeModel(b.build());
}

/** Whether the machine shows a GPU. On Linux that is a render node or an NVIDIA device. */
async function hasGraphicsDevice(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const nvidia = (await list('/dev')).some((name) => /^nvidia\d+$/.test(name));
  return nvidia || (await list('/dev/dri')).some((name) => name.startsWith('renderD'));
}

async function list(folder: string): Promise<readonly string[]> {
  // An absent folder is an answer here, not a failure.
  return readdir(folder).catch(() => []);
}
