import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

// The apps export no environment schema: they only read it when they start, and so does this test.
/* oxlint-disable no-restricted-imports */
import { readConfig } from '../apps/gateway/src/env.ts';
import { readWorkerEnvironment } from '../apps/worker/src/env.ts';
/* oxlint-enable no-restricted-imports */

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const FOLDER = import.meta.dirname;
const REPOSITORY = path.dirname(FOLDER);
const IMAGE_ROOT = '/colloid';

const text = readFileSync(path.join(FOLDER, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const dockerfiles = readdirSync(FOLDER).filter((name) => name.endsWith('.Dockerfile'));

/** Names in `.env.example`, with values for those that a person has to fill in. */
const example = Object.fromEntries(
  [
    ...readFileSync(path.join(FOLDER, '.env.example'), 'utf8').matchAll(/^([A-Z0-9_]+)=(.*)$/gm),
  ].map(([, name = '', value = '']) => [name, value === '' ? filledIn(name) : value]),
);

function filledIn(name: string): string {
  return name === 'COLLOID_THREADS' ? '' : 'x'.repeat(40);
}

/** A value as Docker Compose gives it to the container. */
function interpolated(value: string): string {
  return value.replace(
    /\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: unknown, rest: unknown) => {
      const given = example[name];
      if (given !== undefined && given !== '') return given;
      return kind === '-' ? String(rest) : '';
    },
  );
}

function environmentOf(service: string): Record<string, string> {
  const entries = Object.entries(compose.services[service]?.environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, interpolated(value)]));
}

function dockerfile(name: string): string {
  return readFileSync(path.join(FOLDER, name), 'utf8');
}

/** The command of an image and the folder that it starts in, inside the repository. */
function startOf(name: string): { readonly folder: string; readonly command: readonly string[] } {
  const content = dockerfile(name);
  const workdir = [...content.matchAll(/^WORKDIR (.+)$/gm)].at(-1)?.[1] ?? '';
  const command = /^CMD (\[.+\])$/m.exec(content)?.[1] ?? '[]';
  const folder = path.join(REPOSITORY, path.posix.relative(IMAGE_ROOT, workdir));
  return { folder, command: JSON.parse(command) as string[] };
}

/** All source text of a folder that could read an environment variable. */
function sourcesOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !['node_modules', '.next'].includes(entry.name))
    .map((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return sourcesOf(file);
      return /\.tsx?$/.test(entry.name) ? readFileSync(file, 'utf8') : '';
    })
    .join('\n');
}

describe('docker/compose.yaml', () => {
  it('runs the database, the object store and every part of Colloid', () => {
    const names = services.map(([name]) => name);
    expect(names).toEqual(['postgres', 'minio', 'prepare', 'gateway', 'worker', 'web']);
  });

  it('builds from the repository with Dockerfiles that are there', () => {
    const built = services.flatMap(([, { build }]) => (build === undefined ? [] : [build]));
    for (const { context, dockerfile: file } of built) {
      expect(path.resolve(FOLDER, context)).toBe(REPOSITORY);
      expect(existsSync(path.join(REPOSITORY, file)), file).toBe(true);
    }
    const used = new Set(built.map((build) => path.basename(build.dockerfile)));
    expect(used).toEqual(new Set(dockerfiles));
  });

  it('pins the images that it does not build', () => {
    for (const [name, { image, build }] of services)
      if (build === undefined)
        expect(image, name).toMatch(/^[^:@]+:(?!latest)[\w.-]+(@sha256:\w{64})?$/);
  });

  it('names services and volumes that are declared', () => {
    for (const [name, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {}))
        expect(compose.services, `${name} waits for ${other}`).toHaveProperty(other);
      for (const volume of service.volumes ?? [])
        expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
    }
  });

  it('asks for exactly the variables that .env.example explains', () => {
    const asked = [...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(Object.keys(example)));
  });

  it.each([
    ['gateway', ['apps/gateway', 'packages/pipeline']],
    ['worker', ['apps/worker', 'packages/pipeline']],
    ['web', ['apps/web']],
    ['prepare', ['docker']],
  ])('gives %s only variables that the code in %s reads', (service, folders) => {
    const sources = folders.map((folder) => sourcesOf(path.join(REPOSITORY, folder))).join('\n');
    for (const name of Object.keys(environmentOf(service)))
      expect(sources.includes(name), `${name} in ${folders.join(', ')}`).toBe(true);
  });

  it('gives the gateway an environment that it accepts', () => {
    const config = readConfig(environmentOf('gateway'));
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 4080,
      databaseUrl: `postgresql://colloid:${'x'.repeat(40)}@postgres:5432/colloid`,
      store: { kind: 's3', endpoint: 'http://minio:9000', bucket: 'colloid' },
      webUrl: 'http://web:4081',
    });
  });

  it('gives the worker an environment that it accepts, with the same database and bucket', () => {
    const environment = readWorkerEnvironment(environmentOf('worker'));
    const gateway = environmentOf('gateway');
    for (const name of ['DATABASE_URL', 'S3_ENDPOINT', 'S3_BUCKET', 'S3_SECRET_KEY'] as const)
      expect(environment[name]).toBe(gateway[name]);
  });
});

describe.each(dockerfiles)('docker/%s', (name) => {
  it('starts scripts that are there with the Node that the lockfile pins', () => {
    const { folder, command } = startOf(name);
    const files = command.filter((word) => word.includes('/'));
    expect(path.resolve(folder, files[0] ?? '')).toBe(
      path.join(REPOSITORY, 'node_modules/.bin/node'),
    );
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) expect(existsSync(path.resolve(folder, file)), file).toBe(true);
  });

  it('does not run as root', () => {
    expect(dockerfile(name)).toMatch(/^USER node$/m);
  });

  it('generates and builds workspaces that are there', () => {
    const filters = [...dockerfile(name).matchAll(/--filter=@colloid\/([a-z]+)/g)];
    expect(filters).toHaveLength(1);
    for (const [, workspace = ''] of filters)
      expect(statSync(path.join(REPOSITORY, 'apps', workspace)).isDirectory()).toBe(true);
  });
});

it('the command of the preparing container is there', () => {
  const files = compose.services['prepare']?.command ?? [];
  expect(files).toHaveLength(2);
  for (const file of files) expect(existsSync(path.join(REPOSITORY, file)), file).toBe(true);
});
