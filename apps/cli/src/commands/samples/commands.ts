/** @file The commands of `./colloid samples`. */

import type { Command } from 'commander';

/** Adds them to the program. */
export function addSamples(program: Command): void {
  const samples = program
    .command('samples')
    .description("exchange latents and embeddings with the authors' package");

  samples
    .command('export')
    .description('write a sampled folder as samples.h5')
    .argument('<folder>', 'folder that sample wrote')
    .requiredOption('--output <file>', 'the HDF5 file')
    .option('--stats <file>', 'write the statistics of the iterations too, as stats.h5')
    .action(async (folder: string, options: { output: string; stats?: string }) => {
      const { exportSamples } = await import('./export.ts');
      await exportSamples(folder, options);
    });

  samples
    .command('import')
    .description('read samples.h5 into a folder of arrays')
    .argument('<file>', "samples.h5 of the authors' package")
    .requiredOption('--output <folder>', 'where latents and embeddings are written')
    .action(async (file: string, options: { output: string }) => {
      const { importSamples } = await import('./import.ts');
      await importSamples(file, options);
    });
}
