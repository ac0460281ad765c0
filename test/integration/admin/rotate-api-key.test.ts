import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiKeyBody, CreatedApiKeyBody } from '../../../src/api/admin/api-keys/schema.ts';
import type { AuditEntryBody } from '../../../src/api/admin/audit-log/schema.ts';
import { maxLiveApiKeys } from '../../../src/domain/limits.ts';
import { insertUser, openSession } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const base = '/api/admin/api-keys';
const day = 86_400_000;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const create = async (rest: object = {}) =>
  (await api.post<CreatedApiKeyBody>(base, { name: 'core banking', scopes: ['read'], ...rest }))
    .body;
const rotate = (id: number, body?: unknown, headers = {}) =>
  api.post<CreatedApiKeyBody & Problem>(`${base}/${id}/rotate`, body, headers);
const read = async (id: number) => (await api.get<ApiKeyBody>(`${base}/${id}`)).body;
const use = async ({ key }: { key: string }) =>
  (await api.get('/api/integrations/batches', { Authorization: `Bearer ${key}` })).status;
/** Milliseconds from now. */
const until = (time: string | null) => Date.parse(time as string) - Date.now();
const around = (ms: number, expected: number) =>
  expect(Math.abs(ms - expected)).toBeLessThan(30_000);

describe('a key that is rotated', () => {
  test('has a successor like it; both are good for the overlap, a day unless it is said', async () => {
    const first = await create({ scopes: ['ingest', 'read'], account_prefixes: ['b-', 'a-'] });
    const { status, headers, body } = await rotate(first.id, {});
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${base}/${body.id}`);
    expect(body).toMatchObject({
      name: 'core banking',
      scopes: ['ingest', 'read'],
      account_prefixes: ['b-', 'a-'],
      status: 'live',
      expires_at: null,
      rotated_from: first.id,
      rotated_to: null,
    });
    expect(body.key).toMatch(/^tally_/);
    expect(body.key).not.toBe(first.key);
    expect([await use(first), await use(body)]).toEqual([200, 200]);
    const before = await read(first.id);
    expect(before).toMatchObject({ status: 'live', rotated_to: body.id });
    around(until(before.expires_at), day);
    // Shown this once.
    expect(JSON.stringify(await read(body.id))).not.toContain(body.key);
  });

  test.each([undefined, {}, { overlap_seconds: 86_400 }])('takes the body %j', async (given) => {
    const { id } = await create();
    expect((await rotate(id, given)).status).toBe(201);
    around(until((await read(id)).expires_at), day);
  });

  test('ends at once where the overlap is none, and by its own expiry where that comes first', async () => {
    const first = await create();
    expect((await rotate(first.id, { overlap_seconds: 0 })).status).toBe(201);
    expect([await use(first), (await read(first.id)).status]).toEqual([401, 'expired']);

    const soon = await create({ expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    await rotate(soon.id, { overlap_seconds: 2_592_000 });
    expect((await read(soon.id)).expires_at).toBe(soon.expires_at);
  });

  test('passes on as long a lifetime as it was made with, from one to the next', async () => {
    const first = await create({ expires_at: new Date(Date.now() + 90 * day).toISOString() });
    const second = (await rotate(first.id, { overlap_seconds: 60 })).body;
    around(until(second.expires_at), 90 * day);
    const third = (await rotate(second.id, { overlap_seconds: 60 })).body;
    around(until(third.expires_at), 90 * day);
    // Also of one whose own end has come near by a rotation.
    const other = (await rotate(first.id, { overlap_seconds: 60 })).body;
    around(until(other.expires_at), 90 * day);
  });

  test('may be rotated again meanwhile: each successor stays, and its end never moves back', async () => {
    const first = await create();
    const lost = (await rotate(first.id, { overlap_seconds: 3_600 })).body;
    const found = (await rotate(first.id, { overlap_seconds: 86_400 })).body;
    around(until((await read(first.id)).expires_at), 3_600_000);
    expect(await read(first.id)).toMatchObject({ rotated_to: found.id });
    expect([await use(first), await use(lost), await use(found)]).toEqual([200, 200, 200]);
    await api.delete(`${base}/${found.id}`);
    expect(await read(first.id)).toMatchObject({ rotated_to: lost.id });
  });

  test('at the same time twice gives two successors', async () => {
    const { id } = await create();
    const answers = await Promise.all([rotate(id, {}), rotate(id, {})]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(2);
  });

  test('is no more where it was revoked, or has expired', async () => {
    const conflict = { status: 409, body: { code: 'conflict' } };
    const revoked = await create();
    await api.delete(`${base}/${revoked.id}`);
    expect(await rotate(revoked.id, {})).toMatchObject(conflict);
    const expired = await create({ expires_at: new Date(Date.now() + 300).toISOString() });
    await waitFor(async () => (await read(expired.id)).status === 'expired');
    expect(await rotate(expired.id, {})).toMatchObject(conflict);
    expect((await api.get(`${base}?name=core banking&id=${expired.id}`)).body).toHaveLength(1);
  });

  test.each([
    [{ overlap_seconds: -1 }, '/overlap_seconds'],
    [{ overlap_seconds: 2_592_001 }, '/overlap_seconds'],
    [{ overlap_seconds: 1.5 }, '/overlap_seconds'],
    [{ overlap_seconds: '60' }, '/overlap_seconds'],
    [{ overlap_seconds: null }, '/overlap_seconds'],
    [{ name: 'other' }, '/name'],
  ])('is not with %j', async (body, pointer) => {
    const { id } = await create();
    const answer = await rotate(id, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    expect((await read(id)).expires_at).toBeNull();
  });

  test.each(['0', 'x', '999999'])('is none of the id %s', async (id) => {
    expect((await api.post(`${base}/${id}/rotate`, {})).status).toBe(404);
  });

  test('is in the audit log, with its successor and who did it', async () => {
    const userId = await insertUser(api, 'ada@example.com', 'admin');
    const session = await openSession(api, userId);
    const first = await create();
    const { body } = await rotate(first.id, {}, session);
    const made = { type: 'user', id: userId };
    expect(body.created_by).toMatchObject(made);
    const entries = (
      await api.get<AuditEntryBody[]>('/api/admin/audit-log?resource=api-keys&_end=2')
    ).body;
    expect(entries.map(({ action, resource_id, actor_id }) => [action, resource_id, actor_id]))
      // The latest first.
      .toEqual([
        ['create', String(body.id), userId],
        ['rotate', String(first.id), userId],
      ]);
    expect(entries[1]?.before).toMatchObject({ expires_at: null });
    expect(entries[1]?.after).toMatchObject({ rotated_to: body.id });
    expect(JSON.stringify(entries)).not.toContain(body.key);

    const mine = await api.get<ApiKeyBody[]>(`${base}?created_by=${userId}&status=live`);
    expect(mine.body.map(({ id }) => id)).toEqual([body.id]);
    await api.delete(`${base}/${body.id}`);
    expect((await api.get(`${base}?created_by=${userId}&status=live`)).body).toEqual([]);
    expect((await api.get(`${base}?created_by=${userId}&status=revoked`)).body).toHaveLength(1);
    // The name stays readable without the user.
    await api.database('admin_users').where({ id: userId }).delete();
    expect((await read(body.id)).created_by).toEqual({ ...body.created_by });
  });

  test('counts as one live key more, unless it ends at once', async () => {
    const first = await create();
    await api.database.raw(
      `INSERT INTO api_keys (name, prefix, key_hash, scopes)
         SELECT n::text, n::text, sha256(n::text::bytea), '{read}'
           FROM generate_series(1, ? - (SELECT count(*) FROM api_keys
             WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))) AS n`,
      [maxLiveApiKeys],
    );
    expect((await rotate(first.id, {})).status).toBe(409);
    expect((await read(first.id)).expires_at).toBeNull();
    expect((await rotate(first.id, { overlap_seconds: 0 })).status).toBe(201);
  });
});
