import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openApiDocument } from '../../../src/api/openapi.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

/** Every list of the console, by what the documentation says of its parameters. */
const lists = Object.entries(openApiDocument.paths ?? {})
  .filter(([, item]) => JSON.stringify(item?.get?.parameters ?? []).includes('"_start"'))
  .map(([path]) => path);

test('there are lists', () => expect(lists.length).toBeGreaterThan(7));

test.each(lists)('%s begins at the 100,000th entry at most', async (path) => {
  const list = await api.get(`${path}?_start=100000&_end=100500`);
  // The export of a list takes its query too, and goes on for as long as there are entries.
  expect(list.status).toBe(200);
  for (const start of ['100001', '999999000']) {
    const refused = await api.get<Problem>(`${path}?_start=${start}`);
    expect(refused).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: [
          { pointer: '/_start', detail: 'must be at most 100000; filter the list to see more' },
        ],
      },
    });
  }
});
