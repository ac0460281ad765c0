import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SessionBody } from '../../../src/api/admin/session/schema.ts';
import type { UserBody } from '../../../src/api/admin/users/schema.ts';
import { codeOf } from '../../helpers/authenticator.ts';
import {
  type BrowserHeaders,
  insertUser,
  openSession,
  testPassword,
} from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

const path = '/api/admin/session/second-factor';
let api: TestApi;
/** Another one each time, so that one test's wrong codes don't count in the next. */
let email: string;
let emailCount = 0;
let adaId: number;
let ada: BrowserHeaders;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  email = `ada${emailCount++}@example.com`;
  adaId = await insertUser(api, email, 'viewer');
  ada = await openSession(api, adaId);
});
afterEach(async () => {
  await api.database('admin_users').delete();
});

interface Answer extends Problem {
  secret: string;
  uri: string;
  recovery_codes: string[];
}

const begin = (password = testPassword) => api.post<Answer>(path, { password }, ada);
const confirm = (code: string) => api.post<Answer>(`${path}/confirm`, { code }, ada);
const remove = (code?: string, password = testPassword) =>
  api.post<Problem>(`${path}/remove`, { password, ...(code !== undefined && { code }) }, ada);
const signIn = (credentials: object) =>
  api.post<SessionBody & Problem>(
    '/api/admin/session',
    { email, password: testPassword, ...credentials },
    { Authorization: '' },
  );
const row = () => api.database('admin_users').where({ id: adaId }).first();
const actions = async () =>
  (
    await api.get<{ action: string }[]>(`/api/admin/audit-log?resource=users&resource_id=${adaId}`)
  ).body.map(({ action }) => action);

/** In use, as if the last code was some minutes ago. */
async function add(): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = (await begin()).body;
  const recoveryCodes = (await confirm(codeOf(secret))).body.recovery_codes;
  await api.database('admin_users').where({ id: adaId }).update({ second_factor_step: 0 });
  return { secret, recoveryCodes };
}

describe('adding one', () => {
  test('gives the secret, then recovery codes, and ends sessions that were begun without it', async () => {
    const elsewhere = await openSession(api, adaId);
    const begun = await begin();
    expect([begun.status, begun.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(begun.body.uri).toContain(`secret=${begun.body.secret}`);
    // Nothing is asked for yet.
    expect((await signIn({})).body.user.second_factor).toBe(false);
    const confirmed = await confirm(codeOf(begun.body.secret));
    expect([confirmed.status, confirmed.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(confirmed.body.recovery_codes).toHaveLength(10);
    expect((await api.get('/api/admin/session', elsewhere)).status).toBe(401);
    const { body } = await api.get<SessionBody>('/api/admin/session', ada);
    expect(body.user.second_factor).toBe(true);
    expect((await actions())[0]).toBe('add_second_factor');
    const { body: users } = await api.get<UserBody[]>('/api/admin/users');
    expect(users.map(({ second_factor }) => second_factor)).toEqual([true]);
  });

  test('takes the password, and a right code', async () => {
    const refused = await begin('wrong');
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, '/password']);
    expect((await confirm('123456')).status).toBe(409);
    const { secret } = (await begin()).body;
    const wrong = await confirm(codeOf(secret, 10));
    expect([wrong.status, wrong.body.errors?.[0]?.pointer]).toEqual([400, '/code']);
    expect((await row()).secondFactorSince).toBeNull();
  });

  test('may be begun anew, and not a second time', async () => {
    const first = (await begin()).body.secret;
    const { secret } = (await begin()).body;
    expect((await confirm(codeOf(first))).status).toBe(400);
    expect((await confirm(codeOf(secret))).status).toBe(200);
    expect((await begin()).status).toBe(409);
    expect((await confirm(codeOf(secret))).status).toBe(409);
  });
});

describe('signing in with one', () => {
  test('asks for the code once the password is right, and says nothing of it before', async () => {
    await add();
    const wrong = await signIn({ password: 'wrong', code: '123456' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'unauthenticated']);
    const asked = await signIn({});
    expect([asked.status, asked.body.code]).toEqual([401, 'second_factor_required']);
    expect(asked.headers.get('set-cookie')).toBeNull();
  });

  test('takes a code once, and none from before it', async () => {
    const { secret } = await add();
    expect((await signIn({ code: codeOf(secret, 10) })).status).toBe(401);
    const code = codeOf(secret);
    expect((await signIn({ code })).body.user.second_factor).toBe(true);
    expect((await signIn({ code })).status).toBe(401);
    expect((await signIn({ code: codeOf(secret, -1) })).status).toBe(401);
    expect((await signIn({ code: codeOf(secret, 1) })).status).toBe(200);
  });

  test('takes the code of confirming not again', async () => {
    const { secret } = (await begin()).body;
    const code = codeOf(secret);
    await confirm(code);
    expect((await signIn({ code })).status).toBe(401);
  });

  test('lets one of many in who come with the same code at once', async () => {
    const { secret } = await add();
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 5 }, () => signIn({ code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
  });

  test('takes each recovery code once', async () => {
    const { recoveryCodes } = await add();
    const [first = '', second = ''] = recoveryCodes;
    expect((await signIn({ code: first })).status).toBe(200);
    expect((await signIn({ code: first })).status).toBe(401);
    expect((await signIn({ code: second.toUpperCase().replaceAll('-', '') })).status).toBe(200);
    expect((await row()).recoveryHashes).toHaveLength(8);
  });

  test('gives ten codes to try, however often the password alone is right', async () => {
    const { recoveryCodes } = await add();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      await signIn({});
      statuses.push((await signIn({ code: '000000' })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect((await signIn({ code: recoveryCodes[0] })).status).toBe(429);
  });

  test('is not left out by a link for a new password', async () => {
    const { secret } = await add();
    const { body } = await api.post<{ invitation_url: string }>(
      `/api/admin/users/${adaId}/invitation`,
      {},
    );
    const token = body.invitation_url.split('#')[1];
    const accept = (code?: string) =>
      api.post<Problem>(
        '/api/admin/invitations/accept',
        { token, password: 'another long password of mine', ...(code !== undefined && { code }) },
        { Authorization: '' },
      );
    expect((await accept()).body.code).toBe('second_factor_required');
    expect((await accept('000000')).status).toBe(401);
    const { passwordHash } = await row();
    expect((await accept(codeOf(secret))).status).toBe(200);
    expect((await row()).passwordHash).not.toBe(passwordHash);
  });
});

describe('removing one', () => {
  test('takes the password and a code, and leaves nothing', async () => {
    const { secret } = await add();
    const code = codeOf(secret);
    expect((await remove(code, 'wrong')).body.errors).toMatchObject([{ pointer: '/password' }]);
    expect((await remove()).body.errors).toMatchObject([{ pointer: '/code' }]);
    const wrong = await remove('000000');
    expect([wrong.status, wrong.body.errors?.[0]?.pointer]).toEqual([400, '/code']);
    expect((await signIn({})).status).toBe(401);
    expect((await remove(code)).status).toBe(204);
    expect(await row()).toMatchObject({
      secondFactorSecret: null,
      secondFactorSince: null,
      recoveryHashes: [],
    });
    expect((await signIn({})).status).toBe(200);
    expect((await actions()).includes('remove_second_factor')).toBe(true);
    expect((await remove(code)).status).toBe(404);
  });

  test('takes a recovery code, and no code that was used', async () => {
    const { secret, recoveryCodes } = await add();
    const code = codeOf(secret);
    expect((await signIn({ code })).status).toBe(200);
    expect((await remove(code)).status).toBe(400);
    expect((await remove(recoveryCodes[0])).status).toBe(204);
  });

  test('gives ten attempts at the code to who knows the password', async () => {
    const { secret } = await add();
    const statuses: number[] = [];
    for (let attempt = 0; attempt <= 10; attempt++) statuses.push((await remove('000000')).status);
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
    expect((await remove(codeOf(secret))).status).toBe(429);
    expect((await row()).secondFactorSince).not.toBeNull();
  });

  test('is done by an admin for who has lost it, whose sessions end', async () => {
    await add();
    const of = `/api/admin/users/${adaId}/second-factor`;
    expect((await api.delete(of)).status).toBe(204);
    expect((await api.get('/api/admin/session', ada)).status).toBe(401);
    expect((await signIn({})).status).toBe(200);
    expect((await api.delete(of)).status).toBe(404);
    expect((await api.delete('/api/admin/users/2147483647/second-factor')).status).toBe(404);
  });
});

test('neither secret nor codes show anywhere', async () => {
  const { secret, recoveryCodes } = await add();
  const bodies = await Promise.all(
    ['/api/admin/users', `/api/admin/users/${adaId}`, '/api/admin/audit-log'].map(async (each) =>
      JSON.stringify((await api.get(each)).body),
    ),
  );
  for (const hidden of [secret, ...recoveryCodes, 'second_factor_secret', 'recovery_hashes']) {
    expect(bodies.join()).not.toContain(hidden);
  }
});

describe('where everyone has to have one', () => {
  let strict: TestApi;
  beforeAll(async () => {
    strict = await startTestApi({ config: { REQUIRE_SECOND_FACTOR: true } });
  });
  afterAll(() => strict.stop());

  test('a new user adds one, and then does all else', async () => {
    const id = await insertUser(strict, 'new@example.com', 'viewer');
    const credentials = { email: 'new@example.com', password: testPassword };
    const signedIn = await strict.post<SessionBody>('/api/admin/session', credentials, {
      Authorization: '',
    });
    expect(signedIn.body.user).toMatchObject({
      second_factor: false,
      must_add_second_factor: true,
    });
    const session = await openSession(strict, id);
    const categories = () => strict.get<Problem>('/api/admin/categories', session);
    const refused = await categories();
    expect([refused.status, refused.body.code]).toEqual([403, 'second_factor_missing']);

    const begun = await strict.post<Answer>(path, { password: testPassword }, session);
    await strict.post<Answer>(`${path}/confirm`, { code: codeOf(begun.body.secret) }, session);
    expect((await categories()).status).toBe(200);
    const { user } = (await strict.get<SessionBody>('/api/admin/session', session)).body;
    expect(user).toMatchObject({ second_factor: true, must_add_second_factor: false });

    await strict.database('admin_users').where({ id }).update({ second_factor_step: 0 });
    const removal = { password: testPassword, code: codeOf(begun.body.secret) };
    await strict.post(`${path}/remove`, removal, session);
    expect((await categories()).body.code).toBe('second_factor_missing');
  });
});
