/** @file Counts every row that is written in a database, so that a test can tell within a millisecond whether something was changed. */
import type { Catalog } from '@colloid/catalog';

/** What is written without anything being changed for anybody. */
const UNCOUNTED = ['session', '_prisma_migrations'];

/**
 * Begins to count, and returns how to read: two readings are equal exactly where no row was added, deleted or given other values between
 * them, and no job was queued. What is rolled back is not counted.
 */
export async function countChanges({
  prisma,
}: Pick<Catalog, 'prisma'>): Promise<() => Promise<string>> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> ALL(${UNCOUNTED}) ORDER BY 1`;
  const statements = [
    `CREATE SCHEMA counting`,
    `CREATE TABLE counting.change (count bigint NOT NULL)`,
    `INSERT INTO counting.change VALUES (0)`,
    `CREATE FUNCTION counting.note() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN UPDATE counting.change SET count = count + 1; RETURN NULL; END'`,
    ...tables.flatMap(({ name }) => [
      `CREATE TRIGGER counted AFTER INSERT OR DELETE ON "${name}" FOR EACH ROW EXECUTE FUNCTION counting.note()`,
      `CREATE TRIGGER counted_update AFTER UPDATE ON "${name}" FOR EACH ROW
       WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION counting.note()`,
    ]),
  ];
  for (const statement of statements) await prisma.$executeRawUnsafe(statement);
  return async () => {
    const [row] = await prisma.$queryRaw<{ reading: string }[]>`
      SELECT c.count || ' rows, ' || (SELECT count(*) FROM pgboss.job WHERE name NOT LIKE '\\_\\_pgboss%') || ' jobs' AS reading
      FROM counting.change c`;
    if (row === undefined) throw new Error('The counter of changes is gone.');
    return row.reading;
  };
}
