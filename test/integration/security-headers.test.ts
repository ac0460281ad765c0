import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../helpers/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

/** Of each kind of answer one. */
const places: [string, string][] = [
  ['the console', '/admin/'],
  ['the documentation', '/docs'],
  ['an answer', '/api/integrations/batches'],
  ['an error', '/api/integrations/batches/unknown'],
  ['nothing at all', '/unknown'],
];

test.each(places)('%s comes with headers that browsers keep to', async (_, place) => {
  const { headers } = await api.get(place);
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split(';').map((directive): [string, string] => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
  // Scripts come from this origin's files alone, whatever stands in a page.
  expect(policy.get('script-src') ?? policy.get('default-src')).toBe("'self'");
  expect(policy.get('object-src')).toBe("'none'");
  expect(policy.get('base-uri')).toBe("'none'");
  expect(policy.get('form-action')).toBe("'self'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(Object.fromEntries(headers)).toMatchObject({
    'strict-transport-security': expect.stringMatching(/^max-age=31536000/),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
  });
  expect(headers.has('x-powered-by')).toBe(false);
  expect(headers.has('server')).toBe(false);
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

test.each([
  'https://evil.example',
  '//evil.example/',
  '/\\evil.example',
  '/admin/%2f%2fevil.example',
])('nobody is sent on to %s', async (target) => {
  const parameters = `next=${encodeURIComponent(target)}&redirect=${encodeURIComponent(target)}`;
  for (const place of ['/', '/admin', '/docs', target.replace('https://', '//')]) {
    const answer = await fetch(
      `${api.url}${place.startsWith('/') ? place : `/${place}`}?${parameters}`,
      {
        redirect: 'manual',
      },
    );
    await answer.text();
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.status).not.toBe(302);
  }
});

test('TRACE, which would send headers back, is not allowed', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${api.url}/api/admin/categories`, { method: 'TRACE' }, resolve)
      .once('error', reject)
      .end();
  });
  answer.resume();
  expect(answer.statusCode).toBe(405);
});

test('documents that hold what others may not see are kept by no cache', async () => {
  const { headers } = await api.get('/api/admin/api-keys');
  expect(headers.get('cache-control')).toBe('no-store');
});
