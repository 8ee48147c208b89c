/** @file Prisma's schema engine as WebAssembly: needs no download, speaks to PostgreSQL through the `pg` adapter. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { createMigrationAdapter } from './migration-adapter.ts';
import { readSchema } from './migration-files.ts';

/** What the loose bindings of the engine need besides what their types say (7.10). */
interface EngineBindings {
  readonly SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm(exports: Readonly<Record<string, unknown>>): void;
}

/** As much of the global WebAssembly as is used here; its types come with those of browsers only. */
interface WebAssemblyApi {
  instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
}

let loading: Promise<typeof SchemaEngine> | null = null;

/** Lends an engine on a database for the time of `body`. */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  body: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loading ??= loadEngine();
  const Engine = await loading;
  const schema = await readSchema();
  const { factory, close } = createMigrationAdapter(databaseUrl);
  try {
    const engine = await Engine.new(
      { datamodels: schema.map(({ path, content }) => [path, content]) },
      // The engine's own log lines; what fails also comes as an exception.
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(factory),
    );
    try {
      return await body(engine);
    } finally {
      engine.free();
    }
  } finally {
    // The engine would leave its connections open, and nobody could copy or drop the database.
    await close();
  }
}

async function loadEngine(): Promise<typeof SchemaEngine> {
  const engine = bindings as unknown as EngineBindings;
  const source = createRequire(import.meta.url).resolve(
    '@prisma/schema-engine-wasm/schema_engine_bg',
  );
  const bytes = await readFile(source.replace(/\.js$/, '.wasm'));
  // Node imports .wasm only behind a flag, so the module that would do this by itself cannot be used.
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  engine.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return engine.SchemaEngine;
}
