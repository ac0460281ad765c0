import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionBody } from '../../../src/api/admin/session/schema.ts';
import { signIn as signInOperation } from '../../../src/db/admins/sign-in.ts';
import { AdminUser } from '../../../src/db/models/admin-user.ts';
import {
  type BrowserHeaders,
  cookieOf,
  insertUser,
  signIn,
  testPassword,
} from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

const path = '/api/admin/session';
const anonymous = { Authorization: '' };
let api: TestApi;
let ada: BrowserHeaders;
let adaId: number;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

let counter = 0;
let email: string;
beforeEach(async () => {
  // Another address each time, so that one test's wrong passwords don't count in the next.
  email = `ada${counter++}@example.com`;
  adaId = await insertUser(api, email, 'editor');
  ada = await signIn(api, email);
});
afterEach(() => api.database('admin_users').delete());

const tryPassword = (password: string, as = email) =>
  api.post<SessionBody & Problem>(path, { email: as, password }, anonymous);

describe('signing in', () => {
  test.each([
    ['password', { passwordHash: 'another' }, 'wrong_password'],
    ['second factor', { secondFactorSince: new Date() }, 'code_required'],
    ['end', { disabledAt: new Date() }, 'wrong_password'],
  ] as const)(
    'counts for nothing when the user got another %s meanwhile',
    async (_, change, why) => {
      // The password was checked against what was stored then, which takes a while.
      const checked = (await AdminUser.query(api.database).findById(adaId)) as AdminUser;
      await AdminUser.query(api.database).findById(adaId).patch(change);
      const refusal = await signInOperation(api.database, checked, {
        code: undefined,
        tokenHash: randomBytes(32),
        csrfToken: 'csrf',
        userAgent: null,
        browserHash: randomBytes(32),
        earlierTokenHash: null,
        earlierBrowserHash: null,
        requestId: 'test',
      });
      expect(refusal).toBe(why);
      const sessions = await api.database('admin_sessions').where({ user_id: adaId });
      // The one of before each test.
      expect(sessions).toHaveLength(1);
    },
  );

  test('gives a session by a cookie that scripts and other sites do not get', async () => {
    const answer = await tryPassword(testPassword);
    expect(answer.status).toBe(200);
    expect(answer.body.user).toEqual({
      id: adaId,
      email,
      name: email,
      role: 'editor',
      may_export: true,
      second_factor: false,
      must_add_second_factor: false,
    });
    const cookie = answer.headers.getSetCookie()[0] as string;
    expect(cookie).toMatch(
      /^tallyflow_session=[\w-]{43}; path=\/; expires=.*; samesite=strict; httponly$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { token_hash } =
      (await api
        .database('admin_sessions')
        .orderBy('created_at', 'desc')
        .first({ token_hash: 'token_hash' })) ?? {};
    expect(String(token_hash)).not.toContain(cookie.slice(18, 60));
  });

  test('takes an e-mail address in whatever case', async () => {
    expect((await tryPassword(testPassword, ` ${email.toUpperCase()}`)).status).toBe(200);
  });

  test('says the same of a wrong password, an unknown address, and a user who was disabled', async () => {
    const answers = [
      await tryPassword('wrong'),
      await tryPassword(testPassword, 'nobody@example.com'),
    ];
    await api.database('admin_users').where({ id: adaId }).update({ disabled_at: new Date() });
    answers.push(await tryPassword(testPassword));
    for (const { status, body, headers } of answers) {
      expect([status, body.code, body.detail]).toEqual([
        401,
        'unauthenticated',
        'The e-mail address or password is wrong.',
      ]);
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  test.each([
    ['NUL', 'ada\0@example.com'],
    ['a lone surrogate', 'ada\ud800@example.com'],
    ['1,001 characters', 'a'.repeat(1_001)],
  ])('refuses an e-mail address with %s', async (_, as) => {
    const answer = await tryPassword(testPassword, as);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, '/email']);
  });

  test('gives a cookie for https alone where a proxy says that the request came by it', async () => {
    const cookie = async (proto: string) =>
      (
        await api.post(path, { email, password: testPassword }, { 'X-Forwarded-Proto': proto })
      ).headers.get('set-cookie');
    for (const proto of ['https', 'https, http']) {
      expect(await cookie(proto)).toMatch(/^__Host-tallyflow_session=.*; path=\/;.*; secure/);
      expect(await cookie(proto)).not.toContain('domain=');
    }
    expect(await cookie('http')).toMatch(/^tallyflow_session=/);
    expect(await cookie('http')).not.toContain('; secure');
  });

  test('by https does not take a cookie that came by plain http, which others may have planted', async () => {
    const https = { 'X-Forwarded-Proto': 'https' };
    const answer = await api.post(
      path,
      { email, password: testPassword },
      { ...https, Authorization: '' },
    );
    const Cookie = cookieOf(answer);
    expect((await api.get(path, { ...https, Authorization: '', Cookie })).status).toBe(200);
    const plain = Cookie.replace('__Host-', '');
    expect((await api.get(path, { ...https, Authorization: '', Cookie: plain })).status).toBe(401);
  });

  test('ends the session that was there before', async () => {
    const answer = await api.post(path, { email, password: testPassword }, ada);
    expect(cookieOf(answer)).not.toBe(ada.Cookie);
    expect((await api.get(path, ada)).status).toBe(401);
  });

  test('is refused after ten wrong passwords for an address, the right one too', async () => {
    for (let attempt = 1; attempt <= 10; attempt++)
      expect((await tryPassword('wrong')).status).toBe(401);
    const answer = await tryPassword(testPassword);
    expect([answer.status, answer.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }, 60_000);

  test('starts counting anew after the right one', async () => {
    for (let attempt = 1; attempt <= 9; attempt++) await tryPassword('wrong');
    expect((await tryPassword(testPassword)).status).toBe(200);
    expect((await tryPassword('wrong')).status).toBe(401);
  }, 60_000);
});

describe('a session', () => {
  const createCategory = (headers: Record<string, string>) =>
    api.post<Problem>('/api/admin/categories', { name: `Category ${counter++}` }, headers);

  test('tells who is signed in', async () => {
    const { body } = await api.get<SessionBody>(path, ada);
    expect(body).toEqual({
      user: {
        id: adaId,
        email,
        name: email,
        role: 'editor',
        may_export: true,
        second_factor: false,
        must_add_second_factor: false,
      },
      csrf_token: ada['X-CSRF-Token'],
    });
  });

  test('changes things with its own CSRF token alone', async () => {
    const other = await signIn(api, email);
    expect((await createCategory(ada)).status).toBe(201);
    for (const token of ['', 'x', other['X-CSRF-Token'], `${ada['X-CSRF-Token']}x`]) {
      const answer = await createCategory({ ...ada, 'X-CSRF-Token': token });
      expect([answer.status, answer.body.code]).toEqual([403, 'csrf_token_invalid']);
    }
  });

  test.each([
    ['8 hours without a request', { last_seen_at: "now() - interval '8 hours 1 second'" }],
    ['7 days', { created_at: "now() - interval '7 days 1 second'" }],
  ])('ends after %s', async (_, times) => {
    for (const [column, sql] of Object.entries(times)) {
      await api
        .database('admin_sessions')
        .where({ user_id: adaId })
        .update({ [column]: api.database.raw(sql) });
    }
    const answer = await api.get<Problem>(path, ada);
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  });

  test('lives on while it is used', async () => {
    await api
      .database('admin_sessions')
      .update({ last_seen_at: api.database.raw("now() - interval '7 hours'") });
    expect((await api.get(path, ada)).status).toBe(200);
    const seen = await api
      .database('admin_sessions')
      .where({ user_id: adaId })
      .first('last_seen_at');
    expect(Date.now() - seen.lastSeenAt.getTime()).toBeLessThan(60_000);
  });

  test('ends by signing out, and leaves others', async () => {
    const other = await signIn(api, email);
    const answer = await api.delete(path, ada);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^tallyflow_session=;.*expires=Thu, 01 Jan 1970/,
    );
    expect((await api.get(path, ada)).status).toBe(401);
    expect((await api.get(path, other)).status).toBe(200);
  });

  test('ends everywhere', async () => {
    const other = await signIn(api, email);
    expect((await api.delete('/api/admin/sessions', ada)).status).toBe(204);
    for (const headers of [ada, other]) expect((await api.get(path, headers)).status).toBe(401);
  });

  test('is nothing that an API key has', async () => {
    expect((await api.get(path)).status).toBe(401);
  });
});

describe('changing the password', () => {
  const change = (current_password: string, new_password: string) =>
    api.post<Problem>(`${path}/password`, { current_password, new_password }, ada);

  test('needs the current one, keeps this session and ends the others', async () => {
    const other = await signIn(api, email);
    const wrong = await change('wrong', 'another long password');
    expect([wrong.status, wrong.body.errors?.[0]?.pointer]).toEqual([400, '/current_password']);
    expect((await change(testPassword, 'another long password')).status).toBe(204);
    expect((await api.get(path, ada)).status).toBe(200);
    expect((await api.get(path, other)).status).toBe(401);
    expect((await tryPassword(testPassword)).status).toBe(401);
    expect((await tryPassword('another long password')).status).toBe(200);
  });

  test.each([
    ['11 characters', 'a'.repeat(11)],
    ['201 characters', 'a'.repeat(201)],
    ['NUL', 'a\0'.repeat(10)],
  ])('refuses %s', async (_, password) => {
    const answer = await change(testPassword, password);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, '/new_password']);
  });

  test('refuses the e-mail address, and takes 12 and 200 characters', async () => {
    expect((await change(testPassword, email.toUpperCase())).status).toBe(400);
    const shortest = 'kX9vLq2mTzRw';
    const longest = 'violet anchor pretzel umbrella '.repeat(7).slice(0, 200);
    expect((await change(testPassword, shortest)).status).toBe(204);
    expect((await change(shortest, longest)).status).toBe(204);
  });
});
