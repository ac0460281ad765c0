import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../../src/api/openapi.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const operations = Object.entries(openApiDocument.paths ?? {})
  .filter(([path]) => path.startsWith('/api/admin/'))
  .flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: unknown[] }>)
      // Signing in is open to all.
      .filter(([, { security }]) => security?.length !== 0)
      .map(([method]): [string, string] => [method.toUpperCase(), path.replace('{id}', '1')]),
  );

const withKey = (key: string) => ({ Authorization: `Bearer ${key}` });

async function keyWith(...scopes: string[]): Promise<string> {
  const created = await api.post<{ key: string }>('/api/admin/api-keys', { name: 'test', scopes });
  return created.body.key;
}

test('covers every resource', () => {
  expect(operations.length).toBeGreaterThan(15);
});

test.each(operations)('%s %s is refused without a key', async (method, path) => {
  const answer = await api.send<Problem>(method, path, undefined, { Authorization: '' });
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
});

test('every operation is refused to a key without the scope admin', async () => {
  const key = await keyWith('ingest', 'read');
  for (const [method, path] of operations) {
    const answer = await api.send<Problem>(method, path, undefined, withKey(key));
    expect([method, path, answer.status]).toEqual([method, path, 403]);
    expect(answer.body.code).toBe('insufficient_scope');
  }
});

test('a key with the scope admin alone is enough', async () => {
  const key = await keyWith('admin');
  expect((await api.get('/api/admin/categories', withKey(key))).status).toBe(200);
});

test('a method that a resource lacks is a 405 with Allow', async () => {
  const answer = await api.send<Problem>('PUT', '/api/admin/categories/1', '{}');
  expect([answer.status, answer.body.code]).toEqual([405, 'method_not_allowed']);
  expect(answer.headers.get('allow')).toContain('PATCH');
});

test('Allow names the methods of a path of its own, and not those of what it looks like', async () => {
  const answer = await api.send('OPTIONS', '/api/admin/categories/export');
  expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD']);
});

test('paths work with a trailing slash', async () => {
  expect((await api.get('/api/admin/categories/')).status).toBe(200);
});

describe('a body', () => {
  const post = (body: string | Uint8Array<ArrayBuffer> | undefined, type = 'application/json') =>
    api.send<Problem>('POST', '/api/admin/categories', body, { 'Content-Type': type });

  test.each([
    ['is not JSON', '{"name": ', 400, 'malformed_json'],
    ['is empty', '', 400, 'malformed_json'],
    ['is missing', undefined, 400, 'malformed_json'],
    ['is not UTF-8', Buffer.from('{"name":"\xff"}', 'latin1'), 400, 'invalid_encoding'],
    ['is an array', '[]', 400, 'invalid_request'],
    ['is a text', '"name"', 400, 'invalid_request'],
    ['is null', 'null', 400, 'invalid_request'],
  ])('that %s is refused', async (_, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/json',
  ])('as %s is a 415', async (type) => {
    const answer = await post('{"name":"x"}', type);
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  test('may say its charset', async () => {
    const type = 'application/json; charset=utf-8';
    expect((await post('{"name":"Charset é"}', type)).status).toBe(201);
  });

  test('may have 64 KiB, and not one byte more', async () => {
    const body = `{"name":"At the limit"}`.padEnd(64 * 1024, ' ');
    expect((await post(body)).status).toBe(201);
    const answer = await post(`${body} `);
    expect([answer.status, answer.body.code]).toEqual([413, 'payload_too_large']);
  });

  test('names every bad field', async () => {
    const answer = await post('{"color":"red","colour":"#123456"}');
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/color',
      '/colour',
      '/name',
    ]);
  });
});
