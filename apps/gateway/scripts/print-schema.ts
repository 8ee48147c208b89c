/** @file Writes schema.graphql and the types of the resolvers: `npm run schema:print -w @colloid/gateway`. */
import { mkdir, writeFile } from 'node:fs/promises';

import { printSchema } from '../src/schema/schema.ts';

const { sdl, types } = await printSchema();
await mkdir(new URL('../src/generated/', import.meta.url), { recursive: true });
await writeFile(new URL('../schema.graphql', import.meta.url), sdl);
await writeFile(new URL('../src/generated/nexus.ts', import.meta.url), types);
