/** @file The commands of `./colloid models`. */

import { existsSync } from 'node:fs';

import type { Command } from 'commander';

import { withClients } from '../../build.ts';

/** Adds them to the program. */
export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('register, list and check generators and recognisers');

  models
    .command('add')
    .description('check a model and register it with a team')
    .argument('<folder>', 'folder with model.json and the files it names')
    .option('--team <slug>', 'team that gets it; may be left out where there is only one')
    .option('--json', 'as JSON')
    .action(async (folder: string, options: { team?: string; json?: boolean }) => {
      const { addModel } = await withClients(() => import('./add.ts'));
      await addModel(folder, options);
    });

  models
    .command('list')
    .description('list the models of a team with their states')
    .option('--team <slug>', 'team; may be left out where there is only one')
    .option('--json', 'as JSON')
    .action(async (options: { team?: string; json?: boolean }) => {
      const { listModels } = await withClients(() => import('./list.ts'));
      await listModels(options);
    });

  models
    .command('check')
    .description('report on a model without registering it, or check a registered one again')
    .argument('<model>', 'folder with model.json and the files it names, or name@version')
    .option('--team <slug>', 'team that has name@version; may be left out where there is only one')
    .option('--kind <kind>', 'generator or recogniser, where both have that name@version')
    .option('--json', 'as JSON')
    .action(async (model: string, options: { team?: string; kind?: string; json?: boolean }) => {
      const { parseReference } = await import('./find-model.ts');
      if (parseReference(model) === null || existsSync(model)) {
        const { checkModel } = await import('./check.ts');
        await checkModel(model, options);
        return;
      }
      const { recheckModel } = await withClients(() => import('./recheck.ts'));
      await recheckModel(model, options);
    });

  models
    .command('remove')
    .description('remove a registered model that no recipe, gallery or covariate set uses')
    .argument('<model>', 'name@version')
    .option('--team <slug>', 'team that has it; may be left out where there is only one')
    .option('--kind <kind>', 'generator or recogniser, where both have that name@version')
    .action(async (model: string, options: { team?: string; kind?: string }) => {
      const { removeModel } = await withClients(() => import('./remove.ts'));
      await removeModel(model, options);
    });

  models
    .command('operators')
    .description('list the ONNX operators that models may use, and which have a gradient')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { operators } = await import('./operators.ts');
      await operators(options);
    });
}
