import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openCatalog } from '../catalog.ts';
import { withConnection } from '../database/connect.ts';
import { databaseStatus } from '../database/database-status.ts';
import { startTestDatabase, type TestDatabase } from '../testing/database.ts';
import { diffToSchema } from './diff.ts';
import { migrate } from './migrate.ts';
import { migrationNames } from './migration-files.ts';

const databases: TestDatabase[] = [];
async function emptyDatabase(): Promise<string> {
  const database = await startTestDatabase({ migrated: false });
  databases.push(database);
  return database.databaseUrl;
}
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.stop()));
});

describe('migrations', () => {
  test('say what the schema files say', async () => {
    expect(await diffToSchema(await emptyDatabase())).toBeNull();
  });

  test('are applied once however many processes start, and then never again', async () => {
    const databaseUrl = await emptyDatabase();
    const results = await Promise.all([1, 2, 3].map(() => migrate({ databaseUrl })));
    expect(results.flatMap((result) => result.applied)).toEqual(await migrationNames());
    expect(await migrate({ databaseUrl })).toEqual({ applied: [] });
  });

  test('that are pending are named when the catalog is opened', async () => {
    const databaseUrl = await emptyDatabase();
    await expect(openCatalog({ databaseUrl })).rejects.toMatchObject({
      code: 'MIGRATION_PENDING',
      message: expect.stringContaining('_initial'),
    });
    expect(await databaseStatus({ databaseUrl })).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+$/),
      pendingMigrations: await migrationNames(),
    });
  });

  test('leave a database of something else alone', async () => {
    const databaseUrl = await emptyDatabase();
    await withConnection(databaseUrl, (client) => client.query('CREATE TABLE "user" (id int)'));
    await expect(migrate({ databaseUrl })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  });
});

describe('a database that cannot be used', () => {
  test('because it goes away in the middle of a statement is an error of that statement, and not the end of the process', async () => {
    const target = new URL(await emptyDatabase());
    const sockets: Socket[] = [];
    const between = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far).pipe(near);
      sockets.push(near, far);
    });
    between.listen(0, '127.0.0.1');
    await once(between, 'listening');
    const near = new URL(target);
    near.port = String((between.address() as AddressInfo).port);
    try {
      const cut = withConnection(near.href, async (client) => {
        await client.query('SELECT 1');
        const asleep = client.query('SELECT pg_sleep(600)');
        for (const socket of sockets) socket.destroy();
        return asleep;
      });
      await expect(cut).rejects.toThrow(/ECONNRESET|terminated unexpectedly/);
    } finally {
      between.close();
    }
  });

  test('is named by host and port and never with its password', async () => {
    const databaseUrl = await emptyDatabase();
    const altered = (change: (url: URL) => void): string => {
      const url = new URL(databaseUrl);
      change(url);
      return url.href;
    };
    const cases: [url: string, code: string, text: string][] = [
      [altered((url) => (url.port = '1')), 'DATABASE_UNREACHABLE', '127.0.0.1:1 cannot be reached'],
      [altered((url) => (url.password = 'wr0ng')), 'DATABASE_REFUSED', 'the password is wrong'],
      [altered((url) => (url.pathname = '/nowhere')), 'DATABASE_MISSING', "no database 'nowhere'"],
      ['mysql://a:s3cret@b/c', 'DATABASE_REFUSED', 'postgresql://user:password@host:port/database'],
    ];
    const password = new URL(databaseUrl).password;
    for (const [url, code, text] of cases) {
      const error: unknown = await openCatalog({ databaseUrl: url }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
      for (const secret of [password, 'wr0ng', 's3cret'])
        expect(String(error)).not.toContain(secret);
    }
  });
});
