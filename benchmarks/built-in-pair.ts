/** @file The built-in pair, open for a benchmark. */

import { builtInModels } from '@colloid/models';
import {
  buildChain,
  loadGenerator,
  loadRecogniser,
  openChain,
  openRuntime,
} from '@colloid/sampler';
import type { Chain, ChainSessions, Runtime } from '@colloid/sampler';

export interface OpenPair {
  readonly runtime: Runtime;
  readonly chain: Chain;
  readonly sessions: ChainSessions;
  close(): Promise<void>;
}

/** Opens it on the CPU. */
export async function openBuiltInPair(options: {
  readonly batchSize: number;
  readonly threads?: number | undefined;
}): Promise<OpenPair> {
  const { batchSize, threads } = options;
  const runtime = await openRuntime({
    provider: 'cpu',
    ...(threads === undefined ? {} : { threads }),
  });
  const chain = buildChain({
    generator: await loadGenerator(folder('generator')),
    recogniser: await loadRecogniser(folder('recogniser')),
  });
  const sessions = await openChain(runtime, chain, { batchSize });
  const close = async (): Promise<void> => {
    await sessions.close();
    await runtime.close();
  };
  return { runtime, chain, sessions, close };
}

function folder(kind: 'generator' | 'recogniser'): string {
  const model = builtInModels.find((candidate) => candidate.kind === kind);
  if (model === undefined) throw new Error(`there is no built-in ${kind}`);
  return model.folder;
}
