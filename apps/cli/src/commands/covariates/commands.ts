/** @file The commands of `./colloid covariates`. */

import type { Command } from 'commander';

import type { FitOptions } from './fit.ts';
import type { ProjectOptions } from './project.ts';
import type { ShowOptions } from './show.ts';

/** Adds them to the program. */
export function addCovariates(program: Command): void {
  const covariates = program
    .command('covariates')
    .description('directions of pose, light and expression from labelled latents or images');

  covariates
    .command('fit')
    .description('fit a direction to each pair of classes of labelled latents')
    .requiredOption('--latents <file>', 'latents [rows, numbers], an npy file')
    .requiredOption('--labels <file>', 'CSV with identity, covariate and class, a line per latent')
    .option('--generator <folder>', 'check that the latents have its width')
    .option(
      '--pair <covariate:negative:positive>',
      'classes to tell apart, once per pair (default: what the labels allow)',
      (pair: string, pairs: readonly string[]) => [...pairs, pair],
      [] as readonly string[],
    )
    .requiredOption('--output <file>', 'where the directions are written')
    .option('--json', 'as JSON')
    .action(async (options: FitOptions) => {
      const { fit } = await import('./fit.ts');
      await fit(options);
    });

  covariates
    .command('project')
    .description('find the latents that show labelled images, and report how near they came')
    .requiredOption('--images <folder>', 'images cropped as the generator frames faces')
    .requiredOption('--labels <file>', 'CSV with file, identity, covariate and class')
    .requiredOption('--generator <folder>', 'the generator')
    .requiredOption('--recogniser <folder>', 'the recogniser whose embedding is compared')
    .requiredOption(
      '--output <folder>',
      'where latents.npy, report.csv and report.json are written',
    )
    .option('--steps <number>', 'steps of Adam', '1000')
    .option('--rate <number>', 'its highest rate, latent units', '0.1')
    .option('--seed <number>', 'of the latent noise', '0')
    .option('--batch <number>', 'images of one run of the networks', '8')
    .option(
      '--perceptual <file>',
      'ONNX network of RGB 0 to 255 whose outputs are compared besides',
    )
    .option('--perceptual-weight <number>', 'times the sum of their squared differences', '1')
    .option('--json', 'the report as JSON')
    .action(async (options: ProjectOptions) => {
      const { project } = await import('./project.ts');
      await project(options);
    });

  covariates
    .command('show')
    .description('list directions with their accuracies, and picture faces moved along them')
    .argument('<file>', 'what fit wrote')
    .option('--generator <folder>', 'the generator that they were fitted for')
    .option('--output <file>', 'PNG with the faces of every direction, from minus to plus')
    .option('--json', 'as JSON')
    .action(async (file: string, options: ShowOptions) => {
      const { show } = await import('./show.ts');
      await show(file, options);
    });
}
