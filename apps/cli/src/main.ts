/** @file The commands behind `./colloid`. */

import { Command, CommanderError } from 'commander';

import { withClients } from './build.ts';
import { addAudit } from './commands/audit/commands.ts';
import { addCovariates } from './commands/covariates/commands.ts';
import type { GradcheckOptions } from './commands/gradcheck.ts';
import type { ImportOptions } from './commands/import/import.ts';
import type { LineageExportOptions } from './commands/lineage/export.ts';
import type { MeasureOptions } from './commands/measure.ts';
import { addModels } from './commands/models/commands.ts';
import type { VerifyOptions } from './commands/release/verify.ts';
import type { SampleOptions } from './commands/sample.ts';
import { addSamples } from './commands/samples/commands.ts';
import type { CleanOptions } from './commands/storage/clean.ts';
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
  .option(
    '--gallery <file>',
    'embeddings to keep a distance from, npy, of the gallery that the recipe names',
  )
  .option('--covariates <file>', 'directions, JSON, of the covariate set that the recipe names')
  .action(async (recipe: string, options: SampleOptions) => {
    const { sample } = await withClients(() => import('./commands/sample.ts'));
    await sample(recipe, options);
  });

program
  .command('import')
  .description('import a folder of images, or the tar files of a WebDataset, as a version')
  .argument('<source...>', 'a folder with a folder for each identity, or .tar files')
  .requiredOption('--dataset <slug>', 'dataset that gets the version')
  .option('--team <slug>', 'team; may be left out where there is only one')
  .option('--name <name>', 'what to call the source (default: its own name)')
  .option('--recogniser <name@version>', 'what embeds the images; without it nothing is measured')
  .option('--ict <radians>', 'inter-class threshold by which the identities are measured', '1')
  .option('--licence <terms>', 'terms of the images, such as CC-BY-4.0')
  .option('--synthetic', 'a model made the images: mark each of them')
  .option('--message <text>', 'what the version is for')
  .option('--json', 'as JSON')
  .action(async (source: readonly string[], options: ImportOptions) => {
    const { importImages } = await withClients(() => import('./commands/import/import.ts'));
    await importImages(source, options);
  });

addSamples(program);

program
  .command('gradcheck')
  .description('compare the gradient of a generator and a recogniser with central differences')
  .requiredOption('--generator <folder>', 'the generator')
  .requiredOption('--recogniser <folder>', 'the recogniser')
  .option('--samples <number>', 'random latents', '4')
  .option('--directions <number>', 'random directions at each latent', '16')
  .option('--seed <number>', 'of latents and directions', '1')
  .option('--precision <name>', 'float32 or float16, of the gradient', 'float32')
  .option('--json', 'as JSON')
  .action(async (options: GradcheckOptions) => {
    const { gradcheck } = await import('./commands/gradcheck.ts');
    await gradcheck(options);
  });

program
  .command('measure')
  .description('measure a dataset: distances, verification, duplicates, capacity, leakage')
  .argument('[folder]', 'what ./colloid sample wrote')
  .option('--embeddings <file>', 'npy of embeddings [n, E], in place of a folder')
  .option('--labels <file>', 'npy with the identity of each row; its first row is the reference')
  .option(
    '--gallery <name=file[,labels]>',
    'npy of embeddings to look for leakage of, with labels for class centres; repeatable',
    (value: string, all: readonly string[]) => [...all, value],
    [],
  )
  .option('--ict <radians>', "inter-class threshold; the recipe's, else 1")
  .option('--threshold <radians>', 'of leakage, in place of one found by its false-match rate')
  .option(
    '--false-match-rate <share>',
    'by which a threshold of leakage is found (default: 1e-4; 0.5 rad for fewer than 100 rows)',
  )
  .option('--duplicates <radians>', 'references closer than this are one face', '0.1')
  .option('--seed <number>', 'of the subsets on which capacity is measured', '0')
  .option('--output <folder>', 'write report.json and plots as SVG and PNG')
  .option('--json', 'as JSON')
  .action(async (folder: string | undefined, options: MeasureOptions) => {
    const { measure } = await import('./commands/measure.ts');
    await measure(folder, options);
  });

addCovariates(program);
addModels(program);

const users = program.command('users').description('help people with their accounts');

users
  .command('reset-password')
  .description('print an address at which somebody sets a new password')
  .argument('<email>', 'address of the person')
  .action(async (email: string) => {
    const { resetPassword } = await withClients(() => import('./commands/users/reset-password.ts'));
    await resetPassword(email);
  });

users
  .command('confirm-email')
  .description('print an address at which somebody confirms the e-mail address they asked for')
  .argument('<email>', 'address that the person signs in with now')
  .action(async (email: string) => {
    const { confirmEmail } = await withClients(() => import('./commands/users/confirm-email.ts'));
    await confirmEmail(email);
  });

const lineage = program.command('lineage').description('what was made from what');

lineage
  .command('export')
  .description('write the lineage of a team as events of OpenLineage, one a line, or send them')
  .option('--team <slug>', 'team; may be left out where there is only one')
  .option('--dataset <slug>', 'only this dataset and what it was made from')
  .option('--output <file>', 'write them here and not to standard output')
  .option('--url <address>', 'send each by POST, such as http://localhost:5000/api/v1/lineage')
  .action(async (options: LineageExportOptions) => {
    const { exportLineage } = await withClients(() => import('./commands/lineage/export.ts'));
    await exportLineage(options);
  });

addAudit(program);

const storage = program.command('storage').description('look after the object store');

storage
  .command('clean')
  .description('remove objects that nothing refers to any more; a worker does it once a day')
  .option('--dry-run', 'only tell what would go')
  .option('--grace-days <number>', 'days that they are kept, at least 3', '7')
  .option('--json', 'as JSON')
  .action(async (options: CleanOptions) => {
    const { cleanObjects } = await withClients(() => import('./commands/storage/clean.ts'));
    await cleanObjects(options);
  });

const release = program.command('release').description('look at what was released');

release
  .command('verify')
  .description('check the signature of a manifest, and files against it; asks no server')
  .argument('<manifest>', 'manifest.json of a release, with manifest.sig beside it')
  .option('--key <file>', 'public key, PEM, of the installation that is trusted')
  .option('--signature <file>', 'the signature, where it is not manifest.sig beside the manifest')
  .option('--files <folder>', 'compare the files of the release that lie there')
  .option('--json', 'as JSON')
  .action(async (manifest: string, options: VerifyOptions) => {
    const { verifyRelease } = await import('./commands/release/verify.ts');
    await verifyRelease(manifest, options);
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
  .argument('<benchmark>', 'catalog, effect, gradient, langevin or pairs')
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
  --weights <megabytes>  what faster forms of convolutions may add to the weights
  --spin <microseconds>  how long a thread without work looks for some
  --json                 as JSON
Options of langevin, one iteration beside one identity at a time: --identities <list>, --sample, --runs, --tuned, --batch,
  --threads, --seed, --json.
Options of effect, what every algorithm gains and costs: --part references,gallery,variations, --identities, --icts <list>,
  --iterations, --tries, --variations, --variation-identities, --batch, --threads, --seed, --json.
Options of pairs: --sizes <list>, --dim, --radius, --rounds, --json.
Options of catalog: --samples, --per-identity, --pages, --data <folder>, --json.`,
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
