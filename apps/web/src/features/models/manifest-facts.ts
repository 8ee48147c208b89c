/** @file What a manifest says, in the words of a list. Pure. */

/** Such as "128 × 128 pixels" and "128 numbers"; empty for a manifest that says nothing of it. */
export function manifestFacts(manifest: unknown): readonly string[] {
  const image = Object(at(manifest, 'image')) as Readonly<Record<string, unknown>>;
  const { width, height, channels, layout } = image;
  const embedding = at(at(manifest, 'embedding'), 'dim');
  const latent = at(at(manifest, 'latent'), 'dim');
  return [
    isNumber(width) && isNumber(height) ? `${String(width)} × ${String(height)} pixels` : null,
    isNumber(embedding) ? `${String(embedding)} numbers an embedding` : null,
    isNumber(latent) ? `${String(latent)} numbers a latent` : null,
    channels === 'BGR' ? 'BGR' : null,
    layout === 'NHWC' ? 'NHWC' : null,
  ].filter((fact) => fact !== null);
}

function at(document: unknown, key: string): unknown {
  return (Object(document) as Readonly<Record<string, unknown>>)[key];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
