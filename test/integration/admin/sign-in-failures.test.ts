import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import { FailureLog } from '../../../src/api/admin/session/failure-log.ts';
import type { ApiContext } from '../../../src/api/context.ts';
import { createLogger } from '../../../src/logger.ts';
import { codeOf } from '../../helpers/authenticator.ts';
import { insertUser, openSession, testPassword } from '../../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const path = '/api/admin/session';
let api: TestApi;
let email: string;
let userId: number;
let count = 0;

beforeAll(async () => {
  // Each network has a limit of its own, and a name in the log.
  api = await startTestApi({ config: { TRUSTED_PROXY_HOPS: 1 } });
});
afterAll(() => api.stop());
beforeEach(async () => {
  email = `failing${count++}@example.com`;
  userId = await insertUser(api, email, 'viewer');
  await api.database('audit_log').delete();
});

const signIn = (body: object, network = '192.0.2.1') =>
  api.post(
    path,
    { email, password: 'hunter2 hunter2', ...body },
    { Authorization: '', 'X-Forwarded-For': network },
  );

/** Entries are written after the answer, so that it does not tell by its time whether there is such a user. */
async function log(expected: number): Promise<AuditEntryBody[]> {
  const read = async () =>
    (await api.get<AuditEntryBody[]>('/api/admin/audit-log?_sort=id&_end=500')).body;
  await waitFor(async () => (await read()).length >= expected);
  return read();
}

test('tells of failed sign-ins of a user and of the lockout, each once and with a count', async () => {
  for (let attempt = 0; attempt < 15; attempt++) await signIn({});
  const entries = await log(3);
  const failed = { actor_type: 'system', actor_name: 'sign-in', resource: 'users' };
  const details = { email, network: '192.0.2.1', window_minutes: 15 };
  expect(entries).toEqual([
    expect.objectContaining({
      ...failed,
      action: 'sign_in_failed',
      resource_id: String(userId),
      after: { ...details, count: 1 },
    }),
    expect.objectContaining({ action: 'sign_in_failed', after: { ...details, count: 10 } }),
    expect.objectContaining({
      ...failed,
      action: 'sign_in_locked',
      resource_id: String(userId),
      after: { ...details, count: 1 },
    }),
  ]);
  expect(JSON.stringify(await api.database('audit_log'))).not.toMatch(/hunter2/);
}, 60_000);

test('of an unknown user keeps the network and the count, never what was typed', async () => {
  for (let attempt = 0; attempt < 12; attempt++)
    await signIn({ email: `secret-${attempt}`, password: 'typed elsewhere' }, '192.0.2.2');
  const entries = await log(2);
  expect(entries.map(({ action, resource_id, after }) => [action, resource_id, after])).toEqual([
    ['sign_in_failed', null, { network: '192.0.2.2', window_minutes: 15, count: 1 }],
    ['sign_in_failed', null, { network: '192.0.2.2', window_minutes: 15, count: 10 }],
  ]);
  expect(JSON.stringify(await api.database('audit_log'))).not.toMatch(/secret|elsewhere/);
}, 60_000);

test('tells of wrong codes, and of a wrong password in a session', async () => {
  const session = await openSession(api, userId);
  const begun = await api.post(`${path}/second-factor`, { password: testPassword }, session);
  const confirm = { code: codeOf(begun.body.secret) };
  await api.post(`${path}/second-factor/confirm`, confirm, session);
  await api.database('audit_log').delete();
  await signIn({ password: testPassword, code: '000000' }, '192.0.2.3');
  await api.post(`${path}/second-factor/remove`, { password: 'wrong', code: '000000' }, session);
  const entries = await log(2);
  expect(entries.map(({ action, resource_id }) => [action, resource_id])).toEqual([
    ['second_factor_failed', String(userId)],
    ['password_check_failed', String(userId)],
  ]);
}, 60_000);

// It fails without signing in, which takes long for an unknown user, whose password costs as much as a strong hash.
test('cannot be filled by who tries from many networks', async () => {
  const failures = new FailureLog(api.database, createLogger('api', 'silent'));
  const networks = Array.from({ length: 120 }, (_, network) => `198.51.100.${network}`);
  for (const ip of networks) {
    const ctx = { ip, state: { requestId: randomUUID() } };
    failures.note(ctx as ApiContext, 'sign_in_failed', null);
  }
  const entries = await log(102);
  expect(entries.map(({ resource_id, after }) => [resource_id, after])).toEqual(
    [
      ...networks.slice(0, 100).map((network) => ({ network, count: 1 })),
      { network: null, count: 1 },
      { network: null, count: 10 },
    ].map((told) => [null, { ...told, window_minutes: 15 }]),
  );
});

test('is for admins alone', async () => {
  await signIn({});
  await log(1);
  const viewer = await openSession(api, userId);
  expect((await api.get('/api/admin/audit-log', viewer)).body).toEqual([]);
});
