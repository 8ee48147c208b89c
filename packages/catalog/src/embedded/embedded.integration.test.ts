import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../database/connect.ts';
import { folderError } from './errors.ts';
import { startEmbeddedPostgres } from './start.ts';

/** As `mktemp -d` makes it: closed to everybody but whoever runs the tests, also to the user PostgreSQL runs as. */
let closedFolder: string;
let dataDir: string;
beforeAll(async () => {
  closedFolder = await mkdtemp(join(tmpdir(), 'colloid-embedded-'));
  await chmod(closedFolder, 0o700);
  dataDir = join(closedFolder, 'postgres');
});
afterAll(() => rm(closedFolder, { recursive: true, force: true }));

function rowsOf(databaseUrl: string): Promise<unknown[]> {
  return withConnection(databaseUrl, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS kept (n int)');
    await client.query('INSERT INTO kept SELECT count(*) FROM kept');
    const { rows } = await client.query<{ n: number }>('SELECT n FROM kept ORDER BY n');
    return rows.map((row) => row.n);
  });
}

test('starts in a closed folder without opening it, and keeps what was committed', async () => {
  const first = await startEmbeddedPostgres({ dataDir });
  expect(await rowsOf(first.databaseUrl)).toEqual([0]);
  await first.stop();
  await first.stop();
  expect((await stat(closedFolder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);

  const second = await startEmbeddedPostgres({ dataDir, port: first.port });
  expect(second.databaseUrl).toBe(first.databaseUrl);
  expect(await rowsOf(second.databaseUrl)).toEqual([0, 1]);
  await second.stop();
});

test('a server whose owner was killed ends by itself, and the next start recovers', async () => {
  const script = fileURLToPath(new URL('../testing/embedded-owner.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string];
  expect(await rowsOf(line.trim())).toEqual([0, 1, 2]);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const next = await startEmbeddedPostgres({ dataDir });
  expect(await rowsOf(next.databaseUrl)).toEqual([0, 1, 2, 3]);
  await next.stop();
});

test('a lock file whose process number belongs to another program by now does not stop it', async () => {
  const lockFile = join(dataDir, 'cluster', 'postmaster.pid');
  await writeFile(lockFile, `${process.ppid}\n${join(dataDir, 'cluster')}\n`, { mode: 0o600 });
  const server = await startEmbeddedPostgres({ dataDir });
  expect((await readFile(lockFile, 'utf8')).startsWith(`${process.ppid}\n`)).toBe(false);
  await server.stop();
});

test('a start that fails once the server runs leaves no server behind', async () => {
  const file = join(dataDir, 'password');
  const password = await readFile(file, 'utf8');
  await writeFile(file, 'another\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'DATABASE_REFUSED',
  });
  await expect(stat(join(dataDir, 'cluster', 'postmaster.pid'))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  await writeFile(file, password);
});

test('a taken port is named', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startEmbeddedPostgres({ dataDir, port })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken`),
  });
  other.close();
});

test('a folder that cannot be written, a full disk and another version are named with what to do', async () => {
  const file = join(closedFolder, 'file');
  await writeFile(file, '');
  await expect(startEmbeddedPostgres({ dataDir: join(file, 'postgres') })).rejects.toMatchObject({
    code: 'NOT_WRITABLE',
    message: expect.stringContaining('cannot be written (ENOTDIR)'),
  });
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  expect(folderError('/data', full)).toMatchObject({ code: 'DISK_FULL' });

  const version = join(dataDir, 'cluster', 'PG_VERSION');
  await writeFile(version, '17\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'VERSION_MISMATCH',
    message: expect.stringContaining('was made by PostgreSQL 17'),
  });
  await writeFile(version, '18\n');
});

test('a start that was interrupted while the cluster was made begins anew', async () => {
  const folder = join(closedFolder, 'interrupted');
  await mkdir(join(folder, 'cluster.new'), { recursive: true });
  await writeFile(join(folder, 'cluster.new', 'PG_VERSION'), '18\n');
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  expect(await rowsOf(server.databaseUrl)).toEqual([0]);
  await server.stop();
});

test('what lay in memory is there again after a start', async () => {
  const folder = join(closedFolder, 'warm');
  const first = await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  await withConnection(first.databaseUrl, async (client) => {
    await client.query('CREATE TABLE shelf AS SELECT generate_series(1, 200000) AS n');
    await client.query('SELECT count(*) FROM shelf');
  });
  await first.stop();
  const second = await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  const blocks = async (): Promise<number> =>
    withConnection(second.databaseUrl, async (client) => {
      await client.query('CREATE EXTENSION IF NOT EXISTS pg_buffercache');
      const { rows } = await client.query<{ blocks: number }>(
        "SELECT count(*)::int AS blocks FROM pg_buffercache WHERE relfilenode = pg_relation_filenode('shelf')",
      );
      return rows[0]?.blocks ?? 0;
    });
  await expect.poll(blocks, { timeout: 20_000 }).toBeGreaterThan(500);
  await second.stop();
});
