/**
 * @file Trains the built-in recogniser on renders of the built-in generator and writes its folder.
 *
 *     npm run train:recogniser -w @colloid/models [-- --recipe quick] [-- --out folder] [-- --cache folder] [-- --threads n]
 *
 * Killed and started again, it continues from its renders and its last checkpoint.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { ARCHITECTURE } from '../src/parametric-head-id/architecture.ts';
import { buildRecogniser } from '../src/parametric-head-id/build-recogniser.ts';
import { RECIPES } from '../src/parametric-head-id/recipe.ts';

const folder = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const { values } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'full' },
    generator: { type: 'string', default: folder('../built-in/parametric-head') },
    out: { type: 'string', default: folder('../built-in/parametric-head-id') },
    cache: { type: 'string', default: folder('../../../.cache/parametric-head-id') },
    threads: { type: 'string' },
  },
});
const recipe = RECIPES[values.recipe];
if (recipe === undefined) {
  throw new RangeError(
    `There is no recipe '${values.recipe}'; choose one of ${Object.keys(RECIPES).join(', ')}.`,
  );
}
const started = performance.now();
const log = (line: string): void => {
  console.log(`[${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s] ${line}`);
};
const report = await buildRecogniser({
  architecture: ARCHITECTURE,
  recipe,
  generatorFolder: values.generator,
  outputFolder: values.out,
  cacheFolder: values.cache,
  ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
  log,
});
const { unseen, benchmark } = report.evaluation;
log(
  `accuracy on unseen identities ${(100 * unseen.accuracy.mean).toFixed(2)} %, on parametric-head-pairs ${(100 * benchmark.accuracy.mean).toFixed(2)} %`,
);
log(`written to ${values.out}`);
