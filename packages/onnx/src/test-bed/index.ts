/** @file The test bed: architectures that teams bring, with weights by formula. */
import type { Graph } from '../ir/graph.ts';
import { dcgan64 } from './dcgan.ts';
import { inceptionResNet } from './inception-resnet.ts';
import { iresnet18, iresnet50 } from './iresnet.ts';
import { latentDecoder64 } from './latent-decoder.ts';
import { mobileFaceNet } from './mobile-facenet.ts';
import { progressive64 } from './progressive.ts';
import { styleGan2Mapping, styleGan2Synthesis } from './stylegan2.ts';
import { visionTransformer } from './vision-transformer.ts';

export { dcgan64 } from './dcgan.ts';
export { inceptionResNet } from './inception-resnet.ts';
export { iresnet18, iresnet50 } from './iresnet.ts';
export { latentDecoder64 } from './latent-decoder.ts';
export { mobileFaceNet } from './mobile-facenet.ts';
export type { NetworkOptions } from './network-builder.ts';
export { progressive64 } from './progressive.ts';
export { styleGan2Mapping, styleGan2Synthesis, type StyleGan2Options } from './stylegan2.ts';
export { visionTransformer } from './vision-transformer.ts';
export { hashedWeight } from './weights.ts';

/** Builds one of the test bed's graphs at a fixed batch; each has one input and one output. */
export type TestNetwork = (batch: number) => Graph;

/** Every architecture by name. */
export const TEST_BED = {
  dcgan64: (batch) => dcgan64({ batch }),
  styleGan2Mapping: (batch) => styleGan2Mapping({ batch }),
  styleGan2Synthesis64: (batch) => styleGan2Synthesis({ size: 64, batch }),
  // Narrow: of four million activations some are always within rounding of their kinks, and no two programs would agree.
  styleGan2Synthesis256: (batch) => styleGan2Synthesis({ size: 256, channelBase: 1024, batch }),
  progressive64: (batch) => progressive64({ batch }),
  latentDecoder64: (batch) => latentDecoder64({ batch }),
  iresnet18: (batch) => iresnet18({ batch }),
  iresnet50: (batch) => iresnet50({ batch }),
  mobileFaceNet: (batch) => mobileFaceNet({ batch }),
  inceptionResNet: (batch) => inceptionResNet({ batch }),
  visionTransformer: (batch) => visionTransformer({ batch }),
} as const satisfies Readonly<Record<string, TestNetwork>>;
