/** @file Latents and cotangents to run a chain on, the same every time. */

import { normal, STREAMS } from '@colloid/sampler';
import type { Chain, HostTensor } from '@colloid/sampler';

export interface Feeds extends Record<string, HostTensor> {
  /** [batch, D] */
  readonly w: HostTensor;
  /** [batch, E] */
  readonly embedding_cotangent: HostTensor;
}

export function feedsOf(chain: Chain, batch: number): Feeds {
  const drawn = (width: number, identity: number): HostTensor => {
    const data = new Float32Array(batch * width);
    normal({ seed: 1, stream: STREAMS.direction, identity }, data);
    return { dtype: 'float32', dims: [batch, width], data };
  };
  return { w: drawn(chain.latentDim, 1), embedding_cotangent: drawn(chain.embeddingDim, 2) };
}
