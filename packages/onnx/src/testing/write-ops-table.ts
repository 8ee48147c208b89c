/** @file Writes OPS.md. */
import { writeFileSync } from 'node:fs';
import { opsTable } from './ops-table.ts';

writeFileSync(new URL('../../OPS.md', import.meta.url), opsTable());
