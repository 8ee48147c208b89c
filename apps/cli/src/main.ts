/** @file The commands behind `./colloid`. */

import { Command, CommanderError } from 'commander';

import { generateClients } from './build.ts';
import type { GradcheckOptions } from './commands/gradcheck.ts';
import { say } from './terminal.ts';

// Each command loads its own modules: `./colloid --help` starts no database client.
const program = new Command('colloid')
  .description('Make, version, review and release synthetic face datasets.')
  .showHelpAfterError('Run ./colloid --help for the commands.')
  .enablePositionalOptions()
  .exitOverride();

program
  .command('demo')
  .description(
    'install, build, start everything embedded, sample a dataset and print a sign-in address',
  )
  .option('--exit', 'stop everything after the run and print its figures as JSON')
  .action(async (options: { exit?: boolean }) => {
    const { demo } = await withClients(() => import('./commands/demo.ts'));
    await demo(options);
  });

program
  .command('up')
  .description('start database, gateway, worker and pages on this machine')
  .action(async () => {
    const { up } = await withClients(() => import('./commands/up.ts'));
    await up();
  });

program
  .command('sign-in')
  .description('make an account where it is missing and print an address that signs it in once')
  .argument('<email>', 'address of the person')
  .option('--name <name>', 'name of a new account')
  .action(async (email: string, options: { name?: string }) => {
    const { signIn } = await withClients(() => import('./commands/sign-in.ts'));
    await signIn(email, options);
  });

program
  .command('sample')
  .description('sample a recipe into a folder, with no database and no server')
  .argument('<recipe>', 'recipe document, YAML or JSON')
  .requiredOption('--out <folder>', 'where the dataset is written')
  .option('--generator <folder>', 'generator to use in place of a built-in one')
  .option('--recogniser <folder>', 'recogniser to use in place of a built-in one')
  .action(
    async (recipe: string, options: { out: string; generator?: string; recogniser?: string }) => {
      const { sample } = await withClients(() => import('./commands/sample.ts'));
      await sample(recipe, options);
    },
  );

program
  .command('gradcheck')
  .description('compare the gradient of a generator and a recogniser with central differences')
  .requiredOption('--generator <folder>', 'the generator')
  .requiredOption('--recogniser <folder>', 'the recogniser')
  .option('--samples <number>', 'random latents', '4')
  .option('--directions <number>', 'random directions at each latent', '16')
  .option('--seed <number>', 'of latents and directions', '1')
  .option('--json', 'as JSON')
  .action(async (options: GradcheckOptions) => {
    const { gradcheck } = await import('./commands/gradcheck.ts');
    await gradcheck(options);
  });

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
    const { addModel } = await withClients(() => import('./commands/models/add.ts'));
    await addModel(folder, options);
  });

models
  .command('list')
  .description('list the models of a team with their states')
  .option('--team <slug>', 'team; may be left out where there is only one')
  .option('--json', 'as JSON')
  .action(async (options: { team?: string; json?: boolean }) => {
    const { listModels } = await withClients(() => import('./commands/models/list.ts'));
    await listModels(options);
  });

models
  .command('check')
  .description('report on a model without registering it')
  .argument('<folder>', 'folder with model.json and the files it names')
  .option('--json', 'as JSON')
  .action(async (folder: string, options: { json?: boolean }) => {
    const { checkModel } = await import('./commands/models/check.ts');
    await checkModel(folder, options);
  });

models
  .command('operators')
  .description('list the ONNX operators that models may use, and which have a gradient')
  .option('--json', 'as JSON')
  .action(async (options: { json?: boolean }) => {
    const { operators } = await import('./commands/models/operators.ts');
    await operators(options);
  });

const users = program.command('users').description('help people with their accounts');

users
  .command('reset-password')
  .description('print an address at which somebody sets a new password')
  .argument('<email>', 'address of the person')
  .action(async (email: string) => {
    const { resetPassword } = await withClients(() => import('./commands/users/reset-password.ts'));
    await resetPassword(email);
  });

const audit = program.command('audit').description('look after the audit log');

audit
  .command('verify')
  .description('check that no event of the audit log was altered, deleted or put in')
  .option('--json', 'as JSON')
  .action(async (options: { json?: boolean }) => {
    const { verifyAuditLog } = await withClients(() => import('./commands/audit/verify.ts'));
    await verifyAuditLog(options);
  });

program
  .command('worker')
  .description('take runs from the database that DATABASE_URL names')
  .action(async () => {
    const { worker } = await withClients(() => import('./commands/worker.ts'));
    await worker();
  });

program
  .command('doctor')
  .description('report versions, execution providers, database and object store')
  .option('--json', 'as JSON')
  .action(async (options: { json?: boolean }) => {
    const { doctor } = await withClients(() => import('./commands/doctor.ts'));
    await doctor(options);
  });

program
  .command('bench')
  .description('measure this machine')
  .argument('<benchmark>', 'gradient, langevin or pairs')
  .argument('[options...]', 'options of the benchmark')
  .passThroughOptions()
  .addHelpText(
    'after',
    `
Options of gradient, images per second beside PyTorch where COLLOID_PYTHON or python3 has it:
  --pair <name>          part of a pair's name: built-in, stylegan2, dcgan
  --batch <sizes>        default: 1,8,32
  --rounds <count>       runs behind each median (default: 5)
  --threads <count>      default: the number of cores
  --provider <name>      auto, cpu, cuda or webgpu (default: cpu)
  --memory               peak memory too, each in a process of its own
  --limit <megabytes>    memory that the values of one run may need
  --json                 as JSON
Options of langevin: --identities, --iterations, --variations, --batch, --threads, --seed.
Options of pairs: --identities, --dim, --block.`,
  )
  .action(async (name: string, options: readonly string[]) => {
    const { runBenchmark } = await import('./commands/bench.ts');
    await runBenchmark(name, options);
  });

program
  .command('test')
  .description('install what the tests need and run all checks and tests')
  .option('--all', 'also the slow sweeps')
  .action(async (options: { all?: boolean }) => {
    const { test } = await import('./commands/test.ts');
    await test(options);
  });

/** Loads a command that knows the database, whose client is generated first where it is missing. */
async function withClients<Command>(load: () => Promise<Command>): Promise<Command> {
  await generateClients();
  return load();
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    say(`colloid: ${error instanceof Error ? error.message : String(error)}`);
    if (process.env['COLLOID_DEBUG'] !== undefined && error instanceof Error)
      say(error.stack ?? '');
    process.exitCode = 1;
  }
}
// Whatever a command left open (a native session, a socket) must not keep the terminal.
process.exit();
