import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import type { SessionBody } from '../../../src/api/admin/session/schema.ts';
import type { InvitedUserBody, UserBody } from '../../../src/api/admin/users/schema.ts';
import {
  insertCategory,
  insertTestBatch,
  makeTransaction,
} from '../../helpers/insert-test-batch.ts';
import { type BrowserHeaders, insertUser, openSession } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const csvPath = '/api/admin/transactions/export.csv';
const transactionsPath = `${csvPath}?account_id=acc-1`;
const manyPath = `${csvPath}?account_id=many`;
const files = [
  transactionsPath,
  '/api/admin/categories/export',
  '/api/admin/categories/export.csv',
  '/api/admin/accounts/acc-1/overview.csv?by=month&start_date=2026-01-01&end_date=2026-12-31',
];
/** Far more than what sockets hold that nobody reads. */
const manyRows = 40_000;

let api: TestApi;
let editor: BrowserHeaders;
let editorId: number;
let sockets: Socket[] = [];
let count = 0;

beforeAll(async () => {
  api = await startTestApi({ config: { EXPORT_TIMEOUT_SECONDS: 5 } });
  editorId = await insertUser(api, 'editor@example.com', 'editor');
  editor = await openSession(api, editorId);
  await insertCategory(api.database, 'Food', ['bakery', 'diner']);
  await insertTestBatch(
    api.database,
    Array.from({ length: 5 }, (_, i) => makeTransaction({ currency: i < 3 ? 'USD' : 'EUR' })),
  );
  await insertTestBatch(
    api.database,
    Array.from({ length: manyRows }, () =>
      makeTransaction({ accountId: 'many', description: 'x'.repeat(1_500) }),
    ),
  );
});
afterAll(() => api.stop());
beforeEach(() => api.database('audit_log').delete());
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  // Nothing of one test is still being sent, or written down, in the next.
  await waitFor(async () => {
    const begun = await log('begin_export');
    return begun.length === (await log('export')).length;
  });
});

const log = async (action: string) =>
  (await api.get<AuditEntryBody[]>(`/api/admin/audit-log?_sort=id&action=${action}`)).body;
const logged = async (expected: number): Promise<AuditEntryBody[]> => {
  await waitFor(async () => (await log('export')).length >= expected);
  return log('export');
};

/** Asks for a file, and reads nothing. */
async function askFor(path: string, headers: BrowserHeaders): Promise<Socket> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${headers.Cookie}\r\n\r\n`);
  await once(socket, 'connect');
  return socket;
}

describe('each export is audited', () => {
  test('with who, what, the filter, and how many rows were sent', async () => {
    for (const file of files) {
      // The accounts' export passes over parameters that it does not know, and they are not for the log.
      const more = file === transactionsPath ? '&currency=USD&_sort=amount' : '&accountId=acc-2';
      const path = file.includes('?') ? file + more : file;
      expect((await api.get(path, editor)).status).toBe(200);
    }
    const entries = await logged(4);
    for (const entry of entries)
      expect(entry).toMatchObject({
        actor_type: 'user',
        actor_id: editorId,
        actor_name: 'editor@example.com',
        resource: 'exports',
      });
    expect(entries.map(({ after }) => after)).toEqual([
      {
        of: 'transactions',
        format: 'csv',
        filter: { account_id: 'acc-1', currency: 'USD', _sort: 'amount' },
        rows: 3,
        outcome: 'finished',
      },
      { of: 'categories', format: 'json', filter: {}, rows: 2, outcome: 'finished' },
      { of: 'categories', format: 'csv', filter: {}, rows: 2, outcome: 'finished' },
      {
        of: 'accounts',
        format: 'csv',
        filter: {
          account_id: 'acc-1',
          by: 'month',
          start_date: '2026-01-01',
          end_date: '2026-12-31',
        },
        rows: 2,
        outcome: 'finished',
      },
    ]);
    expect((await log('begin_export')).map(({ after }) => after)).toMatchObject(
      entries.map(({ after }) => ({ of: (after as { of: string }).of })),
    );
  });

  test('by keys that administer too, and for admins alone to read', async () => {
    await api.get(transactionsPath);
    expect(await logged(1)).toMatchObject([{ actor_type: 'api_key', after: { rows: 5 } }]);
    expect((await api.get('/api/admin/audit-log', editor)).body).toEqual([]);
  });

  test('not what was asked for its headers alone, or refused', async () => {
    expect((await api.send('HEAD', transactionsPath, undefined, editor)).status).toBe(200);
    expect((await api.get(`${transactionsPath}&status=done`, editor)).status).toBe(400);
    expect(await log('begin_export')).toEqual([]);
  });

  test('with how far it came when its client left', async () => {
    const socket = await askFor(manyPath, editor);
    await once(socket, 'readable');
    await waitFor(async () => (await log('begin_export')).length === 1);
    socket.destroy();
    const [entry] = await logged(1);
    expect(entry?.after).toMatchObject({
      filter: { account_id: 'many' },
      outcome: 'cut_off',
      reason: 'connection_closed',
    });
    expect(entry?.after).not.toMatchObject({ rows: manyRows });
  });
});

describe('an export', () => {
  const busy = async () =>
    (
      await api
        .database('pg_stat_activity')
        .whereRaw("datname = current_database() AND query LIKE 'FETCH%' AND state LIKE 'idle in%'")
    ).length;

  test('that nobody reads is cut off at the end of its time, and gives its connection back', async () => {
    const socket = await askFor(manyPath, editor);
    await waitFor(async () => (await busy()) === 1);
    const [entry] = await logged(1);
    expect(entry?.after).toMatchObject({ outcome: 'cut_off', reason: 'deadline' });
    await waitFor(async () => (await busy()) === 0);
    socket.resume();
    // Cut, so that nobody takes what came for the whole file.
    await once(socket, 'close');
  }, 60_000);

  test('ends within two seconds once who asked for it was disabled', async () => {
    const id = await insertUser(api, `leaver${count++}@example.com`, 'editor');
    await askFor(manyPath, await openSession(api, id));
    await waitFor(async () => (await busy()) === 1);
    const disabledAt = Date.now();
    await api.patch(`/api/admin/users/${id}`, { disabled: true });
    const [entry] = await logged(1);
    expect(Date.parse(entry?.at as string) - disabledAt).toBeLessThan(2_000);
    expect(entry?.after).toMatchObject({ outcome: 'cut_off', reason: 'connection_closed' });
  }, 60_000);

  test('takes half of the places at most for one user, and leaves the others theirs', async () => {
    for (let place = 0; place < 2; place++) await askFor(manyPath, editor);
    await waitFor(async () => (await log('begin_export')).length === 2);
    const refused = await api.get<Problem>(transactionsPath, editor);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await api.get(transactionsPath)).status).toBe(200);
    await logged(3);
    await waitFor(async () => (await api.get(transactionsPath, editor)).status === 200);
  }, 60_000);
});

test('a client that leaves before its export has begun takes no place for good', async () => {
  const trx = await api.database.transaction();
  await trx.raw('LOCK TABLE audit_log IN EXCLUSIVE MODE');
  const leaving = [await askFor(manyPath, editor), await askFor(manyPath, editor)];
  await waitFor(async () => {
    const { rows } = await trx.raw(
      "SELECT count(*)::int AS n FROM pg_locks WHERE relation = 'audit_log'::regclass AND NOT granted",
    );
    return rows[0].n === leaving.length;
  });
  for (const socket of leaving) socket.destroy();
  // By its answer the API has heard that they have left.
  await api.get('/healthz');
  await trx.commit();
  for (const { after } of await logged(2))
    expect(after).toMatchObject({ rows: 0, outcome: 'cut_off', reason: 'connection_closed' });
  expect((await api.get(transactionsPath, editor)).status).toBe(200);
  await logged(3);
});

test('a user begins 60 exports a minute at most, and others theirs', async () => {
  const busy = await openSession(
    api,
    await insertUser(api, `busy${count++}@example.com`, 'editor'),
  );
  for (let exported = 0; exported < 60; exported++)
    expect((await api.get(files[2] as string, busy)).status).toBe(200);
  const refused = await api.get<Problem>(transactionsPath, busy);
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
  expect(refused.body.detail).toBe('More than 60 exports in 60 seconds. Wait for Retry-After.');
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect((await api.get(transactionsPath, editor)).status).toBe(200);
  await waitFor(
    async () => (await api.database('audit_log').where({ action: 'export' })).length === 61,
  );
});

describe('who may export', () => {
  const invite = async (role: string, more = {}) =>
    (
      await api.post<InvitedUserBody>('/api/admin/users', {
        email: `new${count++}@example.com`,
        name: 'New',
        role,
        ...more,
      })
    ).body;

  test('is an admin or editor, and a viewer once an admin says so', async () => {
    expect((await invite('viewer')).may_export).toBe(false);
    expect((await invite('editor')).may_export).toBe(true);
    expect((await invite('admin')).may_export).toBe(true);
    expect((await invite('viewer', { may_export: true })).may_export).toBe(true);
    expect((await invite('editor', { may_export: false })).may_export).toBe(false);
  });

  test('is said by the session, and refused at each file', async () => {
    const id = await insertUser(api, `viewer${count++}@example.com`, 'viewer');
    const viewer = await openSession(api, id);
    const seen = async () => {
      const session = (await api.get<SessionBody>('/api/admin/session', viewer)).body;
      const answers = await Promise.all(files.slice(0, 2).map((file) => api.get(file, viewer)));
      return [session.user.may_export, ...answers.map(({ status }) => status)];
    };
    for (const file of files) {
      const refused = await api.get<Problem>(file, viewer);
      expect([refused.status, refused.body.code]).toEqual([403, 'export_not_allowed']);
    }
    expect(await seen()).toEqual([false, 403, 403]);
    const changed = await api.patch<UserBody>(`/api/admin/users/${id}`, { may_export: true });
    expect(changed.body.may_export).toBe(true);
    expect(await seen()).toEqual([true, 200, 200]);
    const [entry] = (
      await api.get<AuditEntryBody[]>('/api/admin/audit-log?resource=users&action=update')
    ).body;
    expect(entry).toMatchObject({ before: { may_export: false }, after: { may_export: true } });
    await api.patch(`/api/admin/users/${id}`, { may_export: false });
    expect(await seen()).toEqual([false, 403, 403]);
  });

  test('an admin may be without, too', async () => {
    const id = await insertUser(api, `admin${count++}@example.com`, 'admin');
    await api.patch(`/api/admin/users/${id}`, { may_export: false });
    const refused = await api.get<Problem>(transactionsPath, await openSession(api, id));
    expect(refused.body.code).toBe('export_not_allowed');
  });
});
