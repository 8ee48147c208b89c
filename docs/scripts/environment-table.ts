/** @file The table of environment variables, from the schemas by which the apps validate them. */
import { z } from 'zod';

// The apps export no environment schema: they only read it when they start, and so do the docs.
/* oxlint-disable no-restricted-imports */
import { ZCliEnvironment } from '../../apps/cli/src/environment.ts';
import { ZGatewayEnvironment } from '../../apps/gateway/src/env.ts';
import { ZWorkerEnvironment } from '../../apps/worker/src/env.ts';
/* oxlint-enable no-restricted-imports */

import { markdownTable } from './markdown.ts';

interface Field {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Variable {
  readonly name: string;
  readonly field: Field;
  readonly readers: readonly string[];
}

/** Who reads variables, in the order in which descriptions are looked for. */
const READERS: readonly { readonly reader: string; readonly schema: z.ZodType }[] = [
  { reader: './colloid', schema: ZCliEnvironment },
  { reader: 'gateway', schema: ZGatewayEnvironment },
  { reader: 'worker', schema: ZWorkerEnvironment },
];

/** Every variable that a schema names, once. */
export function environmentVariables(): readonly Variable[] {
  const found = new Map<string, Variable>();
  for (const { reader, schema } of READERS) {
    for (const [name, field] of Object.entries(fieldsOf(schema))) {
      const known = found.get(name);
      found.set(name, {
        name,
        field: known?.field.description === undefined ? { ...known?.field, ...field } : known.field,
        readers: [...(known?.readers ?? []), reader],
      });
    }
  }
  return [...found.values()];
}

/**
 * The table for docs/operations.md.
 *
 * @throws Error naming a variable that no schema describes
 */
export function environmentTable(): string {
  const rows = environmentVariables().map(({ name, field, readers }) => {
    if (field.description === undefined) {
      throw new Error(`${name} has no description; add .describe(…) where it is declared.`);
    }
    return [`\`${name}\``, field.description, accepted(field), fallback(field), readers.join(', ')];
  });
  return markdownTable(['Variable', 'Meaning', 'Accepted', 'Default', 'Read by'], rows);
}

function fieldsOf(schema: z.ZodType): Readonly<Record<string, Field>> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return (json.properties ?? {}) as Readonly<Record<string, Field>>;
}

function accepted({ enum: choices, minimum, maximum }: Field): string {
  if (choices !== undefined) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return '';
}

function fallback({ default: value }: Field): string {
  return value === undefined
    ? ''
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
