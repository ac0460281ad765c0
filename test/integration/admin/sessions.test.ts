import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OwnSessionBody } from '../../../src/api/admin/session/schema.ts';
import { maxUserAgentCharacters } from '../../../src/domain/limits.ts';
import {
  type BrowserHeaders,
  cookieOf,
  insertUser,
  openSession,
  testPassword,
} from '../../helpers/sign-in.ts';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';

const path = '/api/admin/sessions';
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const email = 'ada@example.com';
let api: TestApi;
let adaId: number;
let ada: BrowserHeaders;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  adaId = await insertUser(api, email, 'viewer');
  ada = await openSession(api, adaId);
});
afterEach(async () => {
  await api.database('admin_users').delete();
});

async function signInWith(userAgent: string): Promise<BrowserHeaders> {
  const answer = await api.post(
    '/api/admin/session',
    { email, password: testPassword },
    { Authorization: '', 'User-Agent': userAgent },
  );
  return { Authorization: '', Cookie: cookieOf(answer), 'X-CSRF-Token': answer.body.csrf_token };
}

const list = async (as = ada) => (await api.get<OwnSessionBody[]>(path, as)).body;
const isAlive = async (session: BrowserHeaders) =>
  (await api.get('/api/admin/session', session)).status === 200;
const auditLog = async () =>
  (await api.get(`/api/admin/audit-log?resource=users&resource_id=${adaId}`)).body;

describe('the list of sessions', () => {
  test('names browser and system, and says which one asks', async () => {
    const elsewhere = await signInWith(firefox);
    const sessions = await list();
    expect(sessions).toEqual([
      expect.objectContaining({ client: 'Firefox on Windows', is_current: false }),
      expect.objectContaining({ client: 'Unknown browser', is_current: true }),
    ]);
    expect((await list(elsewhere)).map(({ is_current }) => is_current)).toEqual([true, false]);
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(2);
    expect(Object.keys(sessions[0] as object).sort()).toEqual([
      'client',
      'created_at',
      'expires_at',
      'id',
      'is_current',
      'last_used_at',
    ]);
  });

  test.each([
    ['8 hours after its last use', '1 hour', '0 hours', 8],
    ['7 days after its beginning, however much it is used', '166 hours', '0 hours', 2],
    ['sooner the longer nothing happens', '20 hours', '7 hours', 1],
  ])('tells when a session ends: %s', async (_, age, idle, hours) => {
    await api.database('admin_sessions').update({
      created_at: api.database.raw('now() - ?::interval', [age]),
      last_seen_at: api.database.raw('now() - ?::interval', [idle]),
    });
    const elsewhere = await openSession(api, adaId);
    const aged = (await list(elsewhere)).find(({ is_current }) => !is_current);
    const left = (Date.parse(aged?.expires_at as string) - Date.now()) / 3_600_000;
    expect(left).toBeCloseTo(hours, 1);
  });

  test('has neither those that have ended nor those of others', async () => {
    await openSession(api, await insertUser(api, 'bob@example.com', 'admin'));
    await openSession(api, adaId);
    await api
      .database('admin_sessions')
      .whereNot({ csrf_token: ada['X-CSRF-Token'] })
      .where({ user_id: adaId })
      .update({ last_seen_at: api.database.raw("now() - interval '8 hours 1 second'") });
    expect(await list()).toHaveLength(1);
  });

  test('keeps the beginning of what a browser calls itself, however long that is', async () => {
    await signInWith(`curl/8.5.0 ${'x'.repeat(maxUserAgentCharacters)}`);
    const stored = await api.database('admin_sessions').whereNotNull('user_agent').first();
    expect(stored.userAgent).toHaveLength(maxUserAgentCharacters);
    expect((await list())[0]?.client).toBe('curl');
  });
});

describe('ending', () => {
  test('one session leaves the others, and is written down', async () => {
    const elsewhere = await signInWith(firefox);
    const third = await openSession(api, adaId);
    const [before] = (await list()).filter(({ client }) => client === 'Firefox on Windows');
    const answer = await api.delete(`${path}/${before?.id}`, ada);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, null]);
    expect(await Promise.all([elsewhere, third, ada].map(isAlive))).toEqual([false, true, true]);
    const [entry] = await auditLog();
    expect(entry).toMatchObject({ action: 'end_session', actor_name: email, before });
    expect((await api.delete(`${path}/${before?.id}`, ada)).status).toBe(404);
  });

  test('the own one signs out here', async () => {
    const [current] = await list();
    const answer = await api.delete(`${path}/${current?.id}`, ada);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^tallyflow_session=;/);
    expect(await isAlive(ada)).toBe(false);
  });

  test('all others leaves the one that asks, and is written down', async () => {
    const others = [await openSession(api, adaId), await openSession(api, adaId)];
    const bob = await openSession(api, await insertUser(api, 'bob@example.com', 'admin'));
    const answer = await api.delete(`${path}/others`, ada);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, null]);
    expect(await Promise.all([...others, ada, bob].map(isAlive))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect((await auditLog())[0]).toMatchObject({ action: 'end_other_sessions' });
  });

  test("is a 404 for another user's, and for what is no session", async () => {
    const bob = await openSession(api, await insertUser(api, 'bob@example.com', 'admin'));
    const [session] = await list(bob);
    for (const id of [session?.id, 0, 'x', 2_147_483_648]) {
      const answer = await api.delete(`${path}/${id}`, ada);
      expect([id, answer.status, answer.body.code]).toEqual([id, 404, 'not_found']);
    }
    expect(await isAlive(bob)).toBe(true);
  });

  test.each(['1', 'others'])('%s needs the CSRF token', async (which) => {
    const answer = await api.delete(`${path}/${which}`, { ...ada, 'X-CSRF-Token': '' });
    expect([answer.status, answer.body.code]).toEqual([403, 'csrf_token_invalid']);
  });
});
