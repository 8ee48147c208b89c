/**
 * @file Writes fixture.json anew: inputs from the package's streams, expected values from PyTorch.
 *
 * COLLOID_PYTHON=/path/to/python node packages/sampler/src/testing/faithfulness/write-fixture.ts
 */

import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { askPython, makeInputs } from './fixture.ts';

const inputs = makeInputs();
const expected = askPython(process.env['COLLOID_PYTHON'] ?? 'python3', inputs);
const file = path.join(import.meta.dirname, 'fixture.json');
writeFileSync(file, `${JSON.stringify({ inputs, expected })}\n`);
