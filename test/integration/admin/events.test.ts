import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChangeEventBody } from '../../../src/api/admin/events/schema.ts';
import { readEvents } from '../../helpers/read-events.ts';
import { type BrowserHeaders, insertUser, openSession } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const path = '/api/admin/events';
let api: TestApi;
let admin: BrowserHeaders;
let viewer: BrowserHeaders;
let viewerId: number;
let opened: AbortController[] = [];

beforeAll(async () => {
  api = await startTestApi();
  admin = await openSession(api, await insertUser(api, 'admin@example.com', 'admin'));
  viewerId = await insertUser(api, 'viewer@example.com', 'viewer');
  viewer = await openSession(api, viewerId);
  // The connection that listens is made for the first who does.
  const first = await listen(admin);
  await waitFor(async () => first.changes.length > 0);
  expect(first.changes).toEqual([{ resource: '*', ids: null, request_id: null }]);
});
afterEach(() => leaveAll());
afterAll(() => api.stop());

async function leaveAll(): Promise<void> {
  for (const leaving of opened) leaving.abort();
  opened = [];
  // Nobody is counted who has left.
  await waitFor(async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => open(admin)));
    for (const { leaving } of answers) leaving.abort();
    return answers.every(({ response }) => response.status === 200);
  });
}

async function open(headers: BrowserHeaders | { Authorization: string }, of = api) {
  const leaving = new AbortController();
  const response = await fetch(of.url + path, { headers, signal: leaving.signal });
  return { response, leaving };
}

/** A client that listens; `changes` grows as they come. */
async function listen(headers: BrowserHeaders | { Authorization: string }, of = api) {
  const { response, leaving } = await open(headers, of);
  opened.push(leaving);
  const changes: ChangeEventBody[] = [];
  const names: string[] = [];
  const ended = (async () => {
    for await (const { name, data } of readEvents(response)) {
      names.push(name);
      if (name === 'change') changes.push(JSON.parse(data));
    }
  })();
  // Leaving breaks the loop, which is no failure.
  ended.catch(() => {});
  return { response, changes, names, ended };
}

let count = 0;
async function createCategory(headers: Record<string, string> = {}): Promise<string> {
  const { body } = await api.post('/api/admin/categories', { name: `Food ${++count}` }, headers);
  return String(body.id);
}

it('tells everyone who listens what was changed, and in which request', async () => {
  const listeners = [await listen(admin), await listen(viewer)];
  expect(listeners[0]?.response.headers.get('content-type')).toContain('text/event-stream');
  expect(listeners[0]?.response.headers.get('cache-control')).toBe('no-store');
  expect(listeners[0]?.response.headers.get('x-accel-buffering')).toBe('no');
  const id = await createCategory({ 'X-Request-Id': 'r-1' });
  for (const { changes } of listeners) {
    await waitFor(async () => changes.length > 0);
    expect(changes).toEqual([{ resource: 'categories', ids: [id], request_id: 'r-1' }]);
  }
});

it('tells nothing that was rolled back', async () => {
  const { changes } = await listen(admin);
  const entry = { actor_type: 'system', actor_name: 'test', action: 'update', resource: 'system' };
  const trx = await api.database.transaction();
  await trx('audit_log').insert(entry);
  await trx.rollback();
  const id = await createCategory();
  await waitFor(async () => changes.length > 0);
  expect(changes.map(({ ids }) => ids)).toEqual([[id]]);
});

it.each([
  [100, 100],
  [101, null],
])('names the things of a change of %d: %j', async (entries, named) => {
  const { changes } = await listen(admin);
  await api.database('audit_log').insert(
    Array.from({ length: entries }, (_, index) => ({
      actor_type: 'system',
      actor_name: 'test',
      action: 'update',
      resource: 'transactions',
      // As long as the longest ids.
      resource_id: String(index).padStart(36, '0'),
      request_id: 'r'.repeat(128),
    })),
  );
  await waitFor(async () => changes.length > 0);
  expect(changes.map(({ ids }) => ids?.length ?? null)).toEqual([named]);
});

it('tells of users and API keys to admins alone', async () => {
  const [toAdmin, toViewer] = [await listen(admin), await listen(viewer)];
  await api.post('/api/admin/api-keys', { name: 'Shop', scopes: ['read'] });
  await api.post('/api/admin/users', { email: 'new@example.com', name: 'New', role: 'viewer' });
  await createCategory();
  await waitFor(async () => toAdmin.changes.length >= 3 && toViewer.changes.length > 0);
  const resources = ({ changes }: { changes: ChangeEventBody[] }) =>
    changes.map(({ resource }) => resource);
  expect(resources(toAdmin)).toEqual(['api-keys', 'users', 'categories']);
  expect(resources(toViewer)).toEqual(['categories']);
});

describe('whether who listens still may', () => {
  const sessionsAsked = /FROM admin_sessions s JOIN .+ WHERE s\.token_hash/s;
  /** Changes of this resource, one after the other, while two listen. Returns how often their sessions were looked up, and in what time. */
  async function change(resource: string, times: number) {
    const [toAdmin, toViewer] = [await listen(admin), await listen(viewer)];
    let lookUps = 0;
    const count = ({ sql }: { sql: string }) => {
      if (sessionsAsked.test(sql)) lookUps++;
    };
    api.limitedDatabase.on('query', count);
    const beganAt = Date.now();
    const entry = { actor_type: 'system', actor_name: 'test', action: 'update', resource };
    for (let time = 0; time < times; time++) await api.database('audit_log').insert(entry);
    await waitFor(async () => toAdmin.changes.length >= times);
    // What came before it was heard by all.
    await createCategory();
    await waitFor(async () => toViewer.changes.length > 0);
    return { lookUps: () => lookUps, seconds: (Date.now() - beganAt) / 1_000 };
  }

  it('is not looked up for what somebody has exported', async () => {
    const { lookUps } = await change('exports', 20);
    expect(lookUps()).toBe(0);
  });

  it('is looked up once a second at most, and after the last change of users', async () => {
    const { lookUps, seconds } = await change('users', 50);
    await waitFor(async () => lookUps() >= 2);
    expect(lookUps()).toBeLessThanOrEqual(2 * (1 + Math.ceil(seconds)));
  });
});

describe('the stream', () => {
  it('says that it ends when who listens has been signed out', async () => {
    const session = await openSession(api, viewerId);
    const [gone, stays] = [await listen(session), await listen(viewer)];
    await api.delete('/api/admin/session', session);
    await gone.ended;
    expect(gone.names).toEqual(['end']);
    await createCategory();
    await waitFor(async () => stays.changes.length > 0);
    expect(stays.names).toEqual(['change']);
  });

  it('ends for a key that was revoked', async () => {
    const { body } = await api.post('/api/admin/api-keys', { name: 'Tool', scopes: ['admin'] });
    const listener = await listen({ Authorization: `Bearer ${body.key}` });
    await api.delete(`/api/admin/api-keys/${body.id}`);
    await listener.ended;
    expect(listener.names.at(-1)).toBe('end');
  });

  it('ends when the process is told to stop', async () => {
    const other = await startTestApi();
    const listener = await listen({ Authorization: `Bearer ${other.key}` }, other);
    other.beginStopping();
    await listener.ended;
    expect(listener.names).not.toContain('end');
    await other.stop();
  });
});

it('has 5 listeners of one user at most, and room again when one has left', async () => {
  for (let listener = 0; listener < 5; listener++)
    expect((await listen(viewer)).response.status).toBe(200);
  const refused = await api.get<Problem>(path, viewer);
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(refused.headers.get('retry-after')).toBe('5');
  expect((await listen(admin)).response.status).toBe(200);
  opened[0]?.abort();
  await waitFor(async () => (await listen(viewer)).response.status === 200);
});

it('has 200 listeners at most', async () => {
  const sessions = await Promise.all(
    Array.from({ length: 41 }, async (_, index) =>
      openSession(api, await insertUser(api, `listener-${index}@example.com`, 'viewer')),
    ),
  );
  const last = sessions.pop() as BrowserHeaders;
  for (const session of sessions)
    await Promise.all(Array.from({ length: 5 }, () => listen(session)));
  expect(await api.get<Problem>(path, last)).toMatchObject({
    status: 503,
    body: { code: 'overloaded' },
  });
});

it('listens on after the connection was cut, and says that something may have been missed', async () => {
  const { changes } = await listen(admin);
  const { rows } = await api.database.raw(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'tallyflow-changes' AND datname = current_database()`,
  );
  expect(rows).toHaveLength(1);
  await waitFor(async () => changes.length > 0);
  expect(changes).toEqual([{ resource: '*', ids: null, request_id: null }]);
  const id = await createCategory();
  await waitFor(async () => changes.length > 1);
  expect(changes[1]).toMatchObject({ resource: 'categories', ids: [id] });
});
