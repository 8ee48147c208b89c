/** @file From a sample to the address of its image. */
import { present } from '../../graphql/errors.ts';
import type { Loaders } from '../../loaders/loaders.ts';
import { IMAGE_WIDTHS, offeredWidth } from '../../objects/signed-url.ts';
import type { UrlSigner } from '../../objects/signed-url.ts';
import { intArg } from '../nexus.ts';
import type { Sample } from '../source-types.ts';

/** The argument of every field that gives the address of an image. */
export const imageWidthArgument = intArg({
  description: `Width in pixels: the next one of ${IMAGE_WIDTHS.join(', ')} is given, as WebP. Left out: the image as it is stored.`,
});

/** Signed path of a sample's image inside its shard. */
export async function signedImageUrl(
  sample: Sample,
  options: {
    readonly width: number | null | undefined;
    readonly loaders: Loaders;
    readonly signer: UrlSigner;
    readonly now: () => number;
  },
): Promise<string> {
  const { runId, imageShard: ordinal } = sample;
  const shard = present(await options.loaders.imageShard.load({ runId, ordinal }), 'image');
  return options.signer.sign(
    {
      objectKey: shard.objectKey,
      offset: Number(sample.imageOffset),
      length: sample.imageLength,
    },
    {
      nowMs: options.now(),
      ...(options.width == null ? {} : { width: offeredWidth(options.width) }),
    },
  );
}
