/** @file Writes packages/models/built-in/parametric-head-covariates: node scripts/build-built-in-covariates.ts */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { builtInCovariates, builtInModels } from '@colloid/models';
import {
  encodeCovariateDirections,
  loadGenerator,
  openGenerator,
  openRuntime,
} from '@colloid/sampler';
import { openObjectStore } from '@colloid/storage';

import { BUILT_IN_FILES, fitBuiltInCovariates } from '../src/sets/built-in-covariates.ts';
import { describeDirections } from '../src/sets/strips.ts';

const { folder, generator: name } = builtInCovariates;
const model = builtInModels.find((each) => each.name === name);
if (model === undefined) throw new Error(`internal error: ${name} is not built in`);

const set = await fitBuiltInCovariates();
await using stack = new AsyncDisposableStack();
const runtime = await openRuntime({ provider: 'cpu' });
stack.defer(() => runtime.close());
const generator = await openGenerator(runtime, await loadGenerator(model.folder));
stack.defer(() => generator.close());
const store = await openObjectStore({ kind: 'memory' });
stack.defer(() => store.close());

await mkdir(folder, { recursive: true });
await writeFile(join(folder, BUILT_IN_FILES.directions), encodeCovariateDirections(set));
const described = await describeDirections({ store, generator, set });
for (const [index, { strip }] of described.entries()) {
  const file = BUILT_IN_FILES.strip(index);
  await writeFile(join(folder, file), await store.get(strip.objectKey));
  strip.objectKey = file;
}
await writeFile(join(folder, BUILT_IN_FILES.strips), `${JSON.stringify(described, null, 2)}\n`);
for (const { covariate, negative, positive, trainingAccuracy, heldOutAccuracy } of described) {
  console.log(
    `${covariate} ${negative} to ${positive}: ${trainingAccuracy} in training, ${heldOutAccuracy} held out`,
  );
}
