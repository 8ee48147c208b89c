/** @file The gateway process: configuration from the environment, orderly stop on SIGTERM and SIGINT. */
import { readConfig } from './env.ts';
import { startGateway } from './server.ts';

/** How failures that are somebody's to repair are recognised: they carry a code and a sentence. */
function isExplained(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

async function main(): Promise<void> {
  const gateway = await startGateway(readConfig(process.env));
  process.stdout.write(`Colloid answers at ${gateway.publicUrl}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      // A second signal falls through to the default: it ends the process at once.
      void gateway.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

try {
  await main();
} catch (error) {
  const text = isExplained(error) ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${String(text)}\n`);
  process.exit(1);
}
