import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, migrateDown } from '../../src/db/migrate.ts';
import { insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../src/migrate.ts', import.meta.url));
const settings = {
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
};

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
});

afterEach(() => test.drop());

/** Whatever the migrations make, as text. */
async function describeSchema(): Promise<string[]> {
  const { rows } = await test.database.raw<{ rows: { line: string }[] }>(`
    SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

const countRows = async (): Promise<number> =>
  (await test.database('transactions').count({ count: '*' }))[0]?.count as number;

describe('migrations', () => {
  it('run from ten processes at once, one of which does the work', async () => {
    const wanted = await describeSchema();
    await migrateDown(test.database);
    const env = { ...process.env, DATABASE_URL: test.ownerUrl };
    const runs = await Promise.all(
      Array.from({ length: 10 }, () => run(process.execPath, [script], { env })),
    );
    const names = runs.map(({ stdout }) => {
      const lines = stdout.trim().split('\n');
      return JSON.parse(lines.at(-1) as string).migrations as string[];
    });
    expect(names.filter((each) => each.length > 0)).toHaveLength(1);
    expect(await describeSchema()).toEqual(wanted);
  });

  it('go up, down and up again on a filled database', async () => {
    const wanted = await describeSchema();
    await insertTestBatch(
      test.database,
      Array.from({ length: 100 }, () => makeTransaction()),
    );
    const [done] = (await test.database.migrate.list(settings)) as [{ name: string }[]];
    // Each but the first, which takes the tables away, leaves the rows as they are.
    for (let count = done.length; count > 1; count--) await test.database.migrate.down(settings);
    expect(await countRows()).toBe(100);
    await migrate(test.database);
    expect(await countRows()).toBe(100);
    expect(await describeSchema()).toEqual(wanted);
    await migrateDown(test.database);
    await migrate(test.database);
    expect(await countRows()).toBe(0);
    expect(await describeSchema()).toEqual(wanted);
  });

  it("add up the totals of categories that a former version's totals are of", async () => {
    await test.database.migrate.down({ ...settings, name: '20261128000000_category_totals.ts' });
    await test.database.raw(`
      INSERT INTO daily_totals (account_id, date, currency, category_id, row_count, spend_count, spend, income)
        VALUES (NULL, '2026-01-01', 'EUR', 1, 2, 0, 0, 0), (NULL, '2026-01-02', 'EUR', 1, 3, 0, 0, 0),
               (NULL, '2026-01-01', 'EUR', NULL, 4, 0, 0, 0), ('acc-1', '2026-01-01', 'EUR', 1, 1, 0, 0, 0)`);
    await migrate(test.database);
    expect(await test.database('category_totals')).toEqual([{ categoryId: 1, rowCount: 5 }]);
  });
});
