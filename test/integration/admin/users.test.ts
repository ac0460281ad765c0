import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ensureFirstAdmin } from '../../../src/api/admin/first-admin.ts';
import type { SessionBody } from '../../../src/api/admin/session/schema.ts';
import type { UserBody } from '../../../src/api/admin/users/schema.ts';
import { createLogger } from '../../../src/logger.ts';
import { insertUser, openSession, signIn } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

type Invited = UserBody & { invitation_url: string } & Problem;
const path = '/api/admin/users';
const anonymous = { Authorization: '' };
let api: TestApi;
let rootId: number;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  rootId = await insertUser(api, 'root@example.com', 'admin');
});
afterEach(() => api.database('admin_users').delete());

const invite = (email = 'ada@example.com') =>
  api.post<Invited>(path, { email, name: 'Ada', role: 'editor' });
const accept = (url: string, password = 'a password of hers') =>
  api.post<SessionBody & Problem>(
    '/api/admin/invitations/accept',
    { token: new URL(url, 'http://x').hash.slice(1), password },
    anonymous,
  );

describe('inviting', () => {
  test('gives a link, by which a password is chosen', async () => {
    const invited = await invite();
    expect(invited.status).toBe(201);
    expect(invited.body).toMatchObject({
      email: 'ada@example.com',
      role: 'editor',
      status: 'invited',
    });
    expect(invited.body.invitation_url).toMatch(/^\/admin\/accept-invitation#[\w-]{43}$/);
    const days =
      (Date.parse(invited.body.invitation_expires_at as string) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    expect((await api.get(invited.headers.get('location') as string)).body).not.toHaveProperty(
      'invitation_url',
    );

    const accepted = await accept(invited.body.invitation_url);
    expect([accepted.status, accepted.body.user.role]).toEqual([200, 'editor']);
    expect(accepted.headers.get('set-cookie')).toContain('tallyflow_session=');
    expect((await api.get<UserBody>(`${path}/${invited.body.id}`)).body.status).toBe('active');
    // The link is good for once, and without one no password is hashed, which would take far longer.
    const cpu = process.cpuUsage();
    for (let attempt = 0; attempt < 20; attempt++) await accept('/#wrong');
    expect(process.cpuUsage(cpu).user / 1_000).toBeLessThan(20 * 50);
    expect(await accept(invited.body.invitation_url)).toMatchObject({ status: 400 });
  });

  test('refuses an address twice, in whatever case', async () => {
    await invite();
    const answer = await invite('ADA@example.com');
    expect([answer.status, answer.body.code, answer.body.errors?.[0]?.pointer]).toEqual([
      409,
      'conflict',
      '/email',
    ]);
  });

  test('refuses what is no address, an unknown role, and a link that has expired', async () => {
    const bad = await api.post<Problem>(path, { email: 'ada', name: '', role: 'root' });
    expect(bad.body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/email',
      '/name',
      '/role',
    ]);
    const { body } = await invite();
    await api
      .database('admin_users')
      .where({ id: body.id })
      .update({ invitation_expires_at: new Date() });
    expect((await accept(body.invitation_url)).status).toBe(400);
    expect((await accept('/#wrong')).status).toBe(400);
  });

  test('again makes the first link void, and sets a forgotten password anew', async () => {
    const { body } = await invite();
    const again = await api.post<Invited>(`${path}/${body.id}/invitation`);
    expect((await accept(body.invitation_url)).status).toBe(400);
    expect(Date.parse(again.body.invitation_expires_at as string)).toBeGreaterThan(
      Date.parse(body.invitation_expires_at as string),
    );
    expect((await accept(again.body.invitation_url)).status).toBe(200);
    const forgotten = await api.post<Invited>(`${path}/${body.id}/invitation`);
    expect((await accept(forgotten.body.invitation_url, 'yet another one')).status).toBe(200);
  });
});

describe('changing a user', () => {
  test('renames and gives another role', async () => {
    const { body } = await invite();
    const changed = await api.patch<UserBody>(`${path}/${body.id}`, {
      name: 'Ada L.',
      role: 'viewer',
    });
    expect(changed.body).toMatchObject({ name: 'Ada L.', role: 'viewer' });
  });

  test('disables, which ends all sessions, and enables again', async () => {
    const id = await insertUser(api, 'bob@example.com', 'viewer');
    const bob = await signIn(api, 'bob@example.com');
    expect((await api.patch<UserBody>(`${path}/${id}`, { disabled: true })).body.status).toBe(
      'disabled',
    );
    expect((await api.get('/api/admin/session', bob)).status).toBe(401);
    expect((await api.patch<UserBody>(`${path}/${id}`, { disabled: false })).body.status).toBe(
      'active',
    );
    expect((await api.get('/api/admin/session', bob)).status).toBe(401);
  });

  test('tells of keys that a key of the user has made, also where that is revoked', async () => {
    const id = await insertUser(api, 'eve@example.com', 'admin');
    const eve = await openSession(api, id);
    const make = async (name: string, as: Record<string, string>) =>
      (await api.post('/api/admin/api-keys', { name, scopes: ['admin'] }, as)).body;
    const first = await make('first', eve);
    const second = await make('second', { Authorization: `Bearer ${first.key}` });
    const third = await make('third', { Authorization: `Bearer ${second.key}` });
    await api.delete(`/api/admin/api-keys/${first.id}`);
    const { body } = await api.patch<UserBody & { live_api_keys: { id: number }[] }>(
      `${path}/${id}`,
      { disabled: true },
    );
    expect(body.live_api_keys.map((key) => key.id)).toEqual([third.id, second.id]);
  });

  test('tells which live keys a user leaves behind, and revokes none of them', async () => {
    const id = await insertUser(api, 'bob@example.com', 'admin');
    const bob = await openSession(api, id);
    const make = async (name: string) =>
      (await api.post('/api/admin/api-keys', { name, scopes: ['read'] }, bob)).body;
    const [kept, revoked] = [await make('core banking'), await make('gone')];
    await api.delete(`/api/admin/api-keys/${revoked.id}`);
    await api.post('/api/admin/api-keys', { name: 'of another', scopes: ['read'] });
    type Answer = UserBody & { live_api_keys: { id: number; name: string }[] };
    const left = [{ id: kept.id, name: 'core banking', prefix: kept.prefix }];
    expect((await api.get<Answer>(`${path}/${id}`)).body.live_api_keys).toMatchObject(left);
    const { body } = await api.patch<Answer>(`${path}/${id}`, { disabled: true });
    expect(body.status).toBe('disabled');
    expect(body.live_api_keys).toMatchObject(left);
    expect((await api.get<Answer>(`${path}/${rootId}`)).body.live_api_keys).toEqual([]);
    const headers = { Authorization: `Bearer ${kept.key}` };
    expect((await api.get('/api/integrations/batches', headers)).status).toBe(200);
  });

  test('leaves all as it is where nothing is to be changed', async () => {
    const id = await insertUser(api, 'bob@example.com', 'viewer');
    for (const change of [{}, { disabled: true }, {}]) {
      const { body: before } = await api.get<UserBody>(`${path}/${id}`);
      const changed = await api.patch<UserBody>(`${path}/${id}`, change);
      expect(changed.status).toBe(200);
      if (!('disabled' in change)) expect(changed.body).toEqual(before);
    }
  });

  test.each([{ role: 'editor' }, { disabled: true }])(
    'leaves one admin who can sign in: %j',
    async (change) => {
      await api.post(path, { email: 'invited@example.com', name: 'Not yet', role: 'admin' });
      const refused = await api.patch<Problem>(`${path}/${rootId}`, change);
      expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
      await insertUser(api, 'second@example.com', 'admin');
      expect((await api.patch(`${path}/${rootId}`, change)).status).toBe(200);
    },
  );

  test('leaves one when two admins demote each other at the same time', async () => {
    const secondId = await insertUser(api, 'second@example.com', 'admin');
    const answers = await Promise.all(
      [rootId, secondId].map((id) => api.patch(`${path}/${id}`, { role: 'viewer' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('is a 404 for nobody', async () => {
    for (const id of ['0', '999999', 'x']) {
      expect((await api.patch(`${path}/${id}`, { name: 'x' })).status).toBe(404);
      expect((await api.post(`${path}/${id}/invitation`)).status).toBe(404);
    }
  });
});

describe('the first admin', () => {
  const ensure = (password?: string) =>
    ensureFirstAdmin(
      api.database,
      { email: 'first@example.com', password },
      createLogger('test', 'silent'),
    );

  test('is created while there is no user, once, by however many processes', async () => {
    await api.database('admin_users').delete();
    await Promise.all([ensure('first password'), ensure('first password'), ensure()]);
    const users = await api.get<UserBody[]>(path);
    expect(users.body).toMatchObject([
      { email: 'first@example.com', role: 'admin', status: 'active' },
    ]);
  });

  test.each(['silent', 'fatal', 'debug'])(
    'is shown a password that was made up, once, at log level %s',
    async (level) => {
      await api.database('admin_users').delete();
      const lines: string[] = [];
      const logger = pino({ level }, { write: (line: string) => void lines.push(line) });
      const first = { email: 'first@example.com', password: undefined };
      await ensureFirstAdmin(api.database, first, logger);
      await ensureFirstAdmin(api.database, first, logger);
      expect(lines).toHaveLength(1);
      const { email, password } = JSON.parse(lines[0] as string);
      const answer = await api.post('/api/admin/session', { email, password }, anonymous);
      expect(answer.status).toBe(200);
    },
  );

  test('is not created where there are users', async () => {
    await ensure('first password');
    expect((await api.get<UserBody[]>(path)).body).toHaveLength(1);
  });
});
