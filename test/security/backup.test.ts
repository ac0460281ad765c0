import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createDatabase, type Database } from '../../src/db/connection/database.ts';
import { migrate } from '../../src/db/connection/migrate.ts';
import { generateApiKey } from '../../src/domain/api-key.ts';
import type { Child } from '../../src/local/processes/child-process.ts';
import { reservePorts } from '../../src/local/processes/ports.ts';
import { startPostgres } from '../../src/local/servers/embedded-postgres.ts';
import { registerSearchAttributes } from '../../src/local/servers/register-search-attributes.ts';
import { insertCategory, insertTestBatch, makeTransaction } from '../helpers/insert-test-batch.ts';
import { type Processes, startProcesses } from '../helpers/processes.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { waitFor } from '../helpers/wait-for.ts';

const key = generateApiKey();
const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
const rowCount = 2_000;

let folder: string;
const databases: Database[] = [];
const servers: Child[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-backup-'));
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.destroy()));
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function startServer(dataDir: string): Promise<{ url: string; database: Database }> {
  await mkdir(dataDir, { recursive: true });
  const ports = await reservePorts([{ variable: 'POSTGRES_PORT', port: 0, host: '127.0.0.1' }]);
  const port = ports.POSTGRES_PORT as number;
  const { child, url } = await startPostgres({ dataDir, port, log: () => {} });
  servers.push(child);
  const database = createDatabase({
    url,
    poolSize: 4,
    applicationName: 'tallyflow-test',
    statementTimeoutMs: 30_000,
  });
  databases.push(database);
  return { url, database };
}

/** As docs/operations.md has it, without a tool: the server writes on meanwhile. */
async function backUp(url: string, from: string, to: string, meanwhile: () => Promise<unknown>) {
  // Both calls belong to one session.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`SELECT pg_backup_start('test', true)`);
  const writing = meanwhile();
  const wal = path.join(from, 'postgres/pg_wal');
  await cp(from, to, {
    recursive: true,
    preserveTimestamps: true,
    filter: (source) => !source.startsWith(wal) && !source.endsWith('postmaster.pid'),
  });
  await writing;
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
  await client.end();
  // All that was written until then, which an archive of the log would hold.
  await cp(wal, path.join(to, 'postgres/pg_wal'), { recursive: true });
  await writeFile(path.join(to, 'postgres/backup_label'), rows[0].labelfile);
  const { uid, gid } = await stat(path.join(from, 'postgres'));
  await promisify(execFile)('chown', ['-R', `${uid}:${gid}`, path.join(to, 'postgres')]);
}

test('a backup of a database that is written to, restored elsewhere, is one that the service goes on with', async () => {
  const original = path.join(folder, 'original');
  const restored = path.join(folder, 'restored');
  const first = await startServer(original);
  await migrate(first.database);
  await insertCategory(first.database, 'Groceries', ['walmart']);
  const rows = Array.from({ length: rowCount }, () =>
    makeTransaction({ accountId: 'acc-backup', amount: '-1.25', merchantName: 'WALMART' }),
  );
  // Captured and never started, as if API and worker had gone down with the server.
  const pending = await insertTestBatch(first.database, rows);
  await backUp(first.url, original, restored, () =>
    insertTestBatch(first.database, [makeTransaction({ accountId: 'acc-meanwhile' })]),
  );
  // What comes after the backup is not in it.
  const late = await insertTestBatch(first.database, [makeTransaction({ accountId: 'acc-late' })]);
  await servers[0]?.stop();

  const second = await startServer(restored);
  const namespace = await createTestNamespace();
  await registerSearchAttributes(process.env.TEST_TEMPORAL_ADDRESS as string, namespace);
  const processes: Processes = await startProcesses(folder, {
    DATABASE_URL: second.url,
    TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS as string,
    TEMPORAL_NAMESPACE: namespace,
    BOOTSTRAP_API_KEY: key,
    ADMIN_PASSWORD: 'a password of an admin',
    SWEEP_GRACE_SECONDS: '1',
  });
  const ask = async (method: string, place: string, body?: unknown) => {
    const answer = await fetch(processes.url + place, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of a body
    const json: any = answer.status === 204 ? null : await answer.json();
    return { status: answer.status, body: json };
  };
  const batch = (id: string) => `/api/integrations/batches/${id}`;
  try {
    // The sweep finds what nobody has started.
    await waitFor(async () => {
      await ask('POST', '/api/admin/system/schedule/trigger');
      return (await ask('GET', batch(pending.id))).body.status === 'completed';
    }, 60_000);
    const summary = await ask(
      'GET',
      '/api/reports/account/acc-backup/summary?start_date=2026-01-01&end_date=2026-01-31',
    );
    expect(summary.body).toMatchObject({
      metrics: { total_transactions: rowCount, total_spend: '-2500.00' },
      top_spending_categories: [{ category: 'Groceries', transaction_count: rowCount }],
      processing_status: { pending: 0, processing: 0, completed: rowCount, failed: 0 },
    });
    expect((await ask('GET', batch(late.id))).status).toBe(404);
    // New rows find their place behind the restored ones, and what is sent again is still known.
    const [known] = rows;
    const posted = await ask('POST', '/api/integrations/transactions', {
      transactions: [known?.transactionId, 'after-the-restore'].map((transaction_id) => ({
        transaction_id,
        account_id: 'acc-backup',
        amount: '-1.25',
        currency: 'USD',
        date: '2026-01-15',
      })),
    });
    expect([posted.status, posted.body]).toEqual([
      202,
      expect.objectContaining({ transaction_count: 1, duplicate_count: 1 }),
    ]);
    await waitFor(
      async () => (await ask('GET', batch(posted.body.batch_id))).body.status === 'completed',
    );
  } finally {
    await processes.stop();
  }
}, 240_000);
