import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeApiPools, createApiPools } from '../../src/db/connection/api-pools.ts';
import {
  createDatabase,
  type Database,
  type DatabaseOptions,
} from '../../src/db/connection/database.ts';
import { isDatabaseUnavailable } from '../../src/db/connection/errors.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { waitFor } from '../helpers/wait-for.ts';

let db: TestDatabase;
const opened: Database[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(opened.map((database) => database.destroy()));
  await db.drop();
});

function open(options: Partial<DatabaseOptions> = {}): Database {
  const database = createDatabase({
    url: db.url,
    poolSize: 1,
    applicationName: 'tallyflow-test',
    statementTimeoutMs: 5_000,
    ...options,
  });
  opened.push(database);
  return database;
}

test('a connection tells the server when to take its client for gone', async () => {
  const { rows } = await open().raw(
    `SELECT name, setting FROM pg_settings WHERE name IN ('tcp_keepalives_idle',
       'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout', 'TimeZone',
       'idle_in_transaction_session_timeout', 'statement_timeout', 'default_transaction_read_only')`,
  );
  const settings = Object.fromEntries(
    rows.map(({ name, setting }: { name: string; setting: string }) => [name, setting]),
  );
  expect(settings).toEqual({
    TimeZone: 'UTC',
    default_transaction_read_only: 'off',
    idle_in_transaction_session_timeout: '60000',
    statement_timeout: '5000',
    tcp_keepalives_count: '3',
    tcp_keepalives_idle: '30',
    tcp_keepalives_interval: '10',
    tcp_user_timeout: '60000',
  });
});

test('a client that falls silent in a transaction loses it, and with it the rows that it has locked', async () => {
  await db.database('categories').insert({ name: 'a', normalized_name: 'a', color: '#336699' });
  const silent = await open({ idleInTransactionMs: 200 }).transaction();
  await silent('categories').where({ normalized_name: 'a' }).forUpdate();
  const others = db.limitedDatabase('categories').where({ normalized_name: 'a' });
  await others.update({ color: '#993366' });

  const error = await silent('categories')
    .first()
    .catch((thrown: unknown) => thrown);
  expect(isDatabaseUnavailable(error)).toBe(true);
  await silent.rollback().catch(() => {});
});

test('a pool gives no connection again that the server has ended', async () => {
  const database = open({ idleInTransactionMs: 200 });
  const silent = await database.transaction();
  const { rows } = await silent.raw('SELECT pg_backend_pid() AS pid');
  await waitFor(async () => {
    const [found] = await db.database('pg_stat_activity').where({ pid: rows[0].pid }).count();
    return found?.count === 0;
  });
  await silent.rollback().catch(() => {});
  expect(await database('categories').select('name')).toEqual([{ name: 'a' }]);
});

test('each pool of the API has its own times, and those for reading change nothing', async () => {
  const pools = createApiPools({ url: db.url, poolSize: 1, readPoolSize: 1, exportPoolSize: 1 });
  const settings = async (database: Database) => {
    const { rows } = await database.raw(
      `SELECT current_setting('statement_timeout') AS statement,
              current_setting('idle_in_transaction_session_timeout') AS idle,
              current_setting('transaction_read_only') AS "isReadOnly"`,
    );
    return rows[0];
  };
  expect({
    database: await settings(pools.database),
    readDatabase: await settings(pools.readDatabase),
    exportDatabase: await settings(pools.exportDatabase),
  }).toEqual({
    // A request may take 15 minutes, and a stream is silent for some of them.
    database: { statement: '30s', idle: '16min', isReadOnly: 'off' },
    readDatabase: { statement: '15s', idle: '1min', isReadOnly: 'on' },
    exportDatabase: { statement: '15s', idle: '1min', isReadOnly: 'on' },
  });
  await closeApiPools(pools);
});

test('a pool for reading changes nothing', async () => {
  await expect(
    open({ isReadOnly: true })('categories').update({ color: '#000000' }),
  ).rejects.toMatchObject({ code: '25006' });
});
