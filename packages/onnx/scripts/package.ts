/**
 * @file What `npm pack` and `npm publish` run: Node takes no TypeScript out of node_modules, so that what is packed is compiled, and its
 * package.json says so. `begin` compiles to dist and puts that package.json in place, `end` puts back the one of the sources.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const MANIFEST = at('package.json');
/** The package.json of the sources while the other one is in its place; still there when a packing was broken off. */
const SET_ASIDE = at('package.sources.json');
const LICENCE = at('LICENSE');

switch (process.argv[2]) {
  case 'begin':
    begin();
    break;
  case 'end':
    end();
    break;
  default:
    console.error('Usage: node scripts/package.ts begin|end; `npm pack` calls both.');
    process.exitCode = 1;
}

function begin(): void {
  if (existsSync(SET_ASIDE)) end();
  rmSync(at('dist'), { recursive: true, force: true });
  execFileSync('tsc', ['-p', 'tsconfig.package.json'], { cwd: at('.'), stdio: 'inherit' });
  copyFileSync(at('../../LICENSE'), LICENCE);
  const sources = JSON.parse(readFileSync(MANIFEST, 'utf8')) as SourceManifest;
  copyFileSync(MANIFEST, SET_ASIDE);
  writeFileSync(MANIFEST, `${JSON.stringify(packed(sources), null, 2)}\n`);
}

function end(): void {
  renameSync(SET_ASIDE, MANIFEST);
  rmSync(LICENCE, { force: true });
}

interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function packed(sources: SourceManifest): Readonly<Record<string, unknown>> {
  const { name, version, description, license, dependencies, devDependencies } = sources;
  const compiled = (path: string): object => ({
    types: `./dist/${path}.d.ts`,
    default: `./dist/${path}.js`,
  });
  const runtime = 'onnxruntime-node';
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=20' },
    exports: { '.': compiled('index'), './testing': compiled('testing/index') },
    files: ['dist', 'OPS.md'],
    sideEffects: false,
    dependencies,
    // Of `./testing` alone.
    peerDependencies: { [runtime]: devDependencies[runtime] },
    peerDependenciesMeta: { [runtime]: { optional: true } },
  };
}
