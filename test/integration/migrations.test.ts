import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  migrate,
  migrateDown,
  OtherSchemaError,
  otherSchemaStatus,
} from '../../src/db/connection/migrate.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../src/migrate.ts', import.meta.url));
const settings = {
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
};

const transactionsMigration = '20261129000200_batches_and_transactions.ts';
const deletionsMigration = '20261129000600_deletions.ts';

let test: TestDatabase;

beforeEach(async () => {
  test = await createTestDatabase();
});

afterEach(() => test.drop());

/**
 * Whatever the migrations make, as text: columns, storage, sequences, constraints, indexes, functions, triggers
 * and comments. Leaves out the order of a table's columns, rights, and the tables of Knex.
 */
async function describeSchema(): Promise<string[]> {
  const { rows } = await test.database.raw<{ rows: { line: string }[] }>(`
    WITH relations AS (
      SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'knex%'
    )
    SELECT format('column %s.%s %s, collation %s, not null %s, identity "%s", generated "%s", storage %s, default %s',
                  r.relname, a.attname, format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, 0)::regcollation,
                  a.attnotnull, a.attidentity, a.attgenerated, a.attstorage, pg_get_expr(d.adbin, d.adrelid)) AS line
      FROM relations AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (r.oid, a.attnum)
     WHERE r.relkind <> 'i'
    UNION ALL SELECT format('relation %s %s %s, options %s', relkind, relpersistence, relname, reloptions) FROM relations
    UNION ALL SELECT format('sequence %s: %s from %s by %s, owned by %s.%s', r.relname, s.seqtypid::regtype, s.seqstart,
                            s.seqincrement, d.refobjid::regclass, a.attname)
      FROM relations AS r JOIN pg_sequence AS s ON s.seqrelid = r.oid
      JOIN pg_depend AS d ON d.objid = r.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
      JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid)
    UNION ALL SELECT format('index %s', pg_get_indexdef(oid)) FROM relations WHERE relkind = 'i'
    UNION ALL SELECT format('constraint %s of %s: %s', c.conname, r.relname, pg_get_constraintdef(c.oid))
      FROM relations AS r JOIN pg_constraint AS c ON c.conrelid = r.oid
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('comment on %s.%s: %s', r.relname, a.attname, c.description)
      FROM relations AS r JOIN pg_description AS c ON (c.classoid, c.objoid) = ('pg_class'::regclass, r.oid)
      LEFT JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (r.oid, nullif(c.objsubid, 0))
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

  it('go down one by one on a filled database, and up again one by one', async () => {
    await insertTestBatch(
      test.database,
      Array.from({ length: 100 }, () => makeTransaction()),
    );
    const [done] = (await test.database.migrate.list(settings)) as [{ name: string }[]];
    const names = done.map(({ name }) => name);
    /** By the number of migrations that are done. */
    const schemas: string[][] = [];
    for (let count = names.length; count > 0; count--) {
      schemas[count] = await describeSchema();
      if (names.slice(0, count).includes(transactionsMigration))
        expect(await countRows()).toBe(100);
      if (names.slice(0, count).includes(deletionsMigration)) {
        const id = await insertCategory(test.database, 'Food', []);
        await test.database('transactions').update({ category_id: id });
        await test.database('categories').where({ id }).delete();
        expect(await test.database('transactions').whereNotNull('category_id')).toEqual([]);
      }
      await test.database.migrate.down(settings);
    }
    expect(await describeSchema()).toEqual([]);
    for (let count = 1; count <= names.length; count++) {
      await test.database.migrate.up(settings);
      expect(await describeSchema()).toEqual(schemas[count]);
    }
    expect(await countRows()).toBe(0);
  });

  it('go up, down and up again all at once', async () => {
    const wanted = await describeSchema();
    await migrateDown(test.database);
    expect(await describeSchema()).toEqual([]);
    await migrate(test.database);
    expect(await describeSchema()).toEqual(wanted);
  });

  it('are refused on a database of other migrations, which stays as it is', async () => {
    const wanted = await describeSchema();
    await test.database('knex_migrations').insert({ name: '20261124000000_initial.ts', batch: 1 });
    await expect(migrate(test.database)).rejects.toThrow(OtherSchemaError);
    const env = { ...process.env, DATABASE_URL: test.ownerUrl };
    await expect(run(process.execPath, [script], { env })).rejects.toMatchObject({
      code: otherSchemaStatus,
      stdout: expect.stringMatching(/another version of Tallyflow.*20261124000000_initial\.ts/),
      stderr: '',
    });
    expect(await describeSchema()).toEqual(wanted);
  });
});
