import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../../helpers/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

test('a body of someone who has not signed in must come, and may have 8 KiB', async () => {
  const sending = request(`${api.url}/api/admin/session`, {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'application/json', 'Content-Length': '8000' },
  });
  const answer = new Promise<unknown>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', ({ statusCode, headers }) =>
      resolve({ statusCode, connection: headers.connection }),
    );
  });
  sending.write('{"email":');
  const dripping = setInterval(() => sending.write(' '), 100);
  expect(await answer).toMatchObject({ statusCode: 408, connection: 'close' });
  clearInterval(dripping);
  sending.destroy();

  const body = (bytes: number) =>
    JSON.stringify({ email: 'a@example.com', password: 'x' }).padEnd(bytes);
  const headers = { 'Content-Type': 'application/json', Authorization: '' };
  const signIn = (bytes: number) => api.send('POST', '/api/admin/session', body(bytes), headers);
  expect((await signIn(8 * 1024)).status).toBe(401);
  expect((await signIn(8 * 1024 + 1)).status).toBe(413);
});
