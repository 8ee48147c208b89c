/** @file Options of a benchmark's command line; one that is wrong ends it with a sentence, not with a stack. */

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values'];

/** Reads the command line; an unknown option or a missing value ends the process with 1 and names the options there are. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  options: Options,
): Values<Options> {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ', 1);
    const known = Object.keys(options).map((name) => `--${name}`);
    process.stderr.write(`${reason}; the options are ${known.join(', ')}.\n`);
    process.exit(1);
  }
}
