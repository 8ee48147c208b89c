/**
 * @file What the algorithms gain on the built-in pair, and what they cost.
 *
 * node benchmarks/effect.ts [--part references,gallery,variations] [--identities 500] [--icts 1.1,1.2,1.3,1.4] [--iterations 30]
 *   [--tries 50] [--variations 16] [--variation-identities 60] [--batch 8] [--threads n] [--seed 1] [--json]
 *
 * references: `random`, `reject`, `repulse` and `langevin` at several ICTs. gallery: the least angle to a gallery, before and after.
 * variations: how far Dispersion and DisCo spread pose, light and expression, told by the generator's own factors.
 * Prints one object with the parts as JSON, or tables to read.
 */

import { openBuiltInPair } from './built-in-pair.ts';
import { galleryEffect } from './effect/gallery.ts';
import { referenceEffect } from './effect/references.ts';
import { variationEffect } from './effect/variations.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  part: { type: 'string', default: 'references,gallery,variations' },
  identities: { type: 'string', default: '500' },
  icts: { type: 'string', default: '1.1,1.2,1.3,1.4' },
  iterations: { type: 'string', default: '30' },
  tries: { type: 'string', default: '50' },
  variations: { type: 'string', default: '16' },
  'variation-identities': { type: 'string', default: '60' },
  batch: { type: 'string', default: '8' },
  threads: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
});

const pair = await openBuiltInPair({
  batchSize: Number(values.batch),
  threads: values.threads === undefined ? undefined : Number(values.threads),
});
const common = {
  sessions: pair.sessions,
  identities: Number(values.identities),
  seed: Number(values.seed),
  iterations: Number(values.iterations),
  note: (text: string) => console.error(text),
};
const parts = {
  references: () =>
    referenceEffect({
      ...common,
      icts: values.icts.split(',').map(Number),
      tries: Number(values.tries),
    }),
  gallery: () => galleryEffect(common),
  variations: () =>
    variationEffect({
      ...common,
      identities: Number(values['variation-identities']),
      variations: Number(values.variations),
    }),
} as const;

const result: Record<string, unknown> = {};
for (const name of values.part.split(',')) {
  if (!isPart(name)) {
    console.error(`There is no part '${name}'; the parts are ${Object.keys(parts).join(', ')}.`);
    process.exit(1);
  }
  const found = await parts[name]();
  result[name] = found;
  if (!values.json) console.table(Array.isArray(found) ? found : [found]);
}
if (values.json) console.log(JSON.stringify(result, null, 2));
await pair.close();

function isPart(name: string): name is keyof typeof parts {
  return Object.hasOwn(parts, name);
}
