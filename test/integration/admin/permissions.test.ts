import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adminRoutes } from '../../../src/api/admin/routes.ts';
import type { ApiDependencies } from '../../../src/api/context.ts';
import { openApiDocument } from '../../../src/api/openapi.ts';
import { loadConfig } from '../../../src/config.ts';
import type { Role } from '../../../src/domain/role.ts';
import { type BrowserHeaders, insertUser, openSession } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

/** Which role each operation needs; one that is missing here makes a test fail. */
const needed: Record<string, Role | 'nobody'> = {
  'GET /api/admin/categories': 'viewer',
  'POST /api/admin/categories': 'editor',
  'GET /api/admin/categories/{id}': 'viewer',
  'PATCH /api/admin/categories/{id}': 'editor',
  'DELETE /api/admin/categories/{id}': 'editor',
  'POST /api/admin/categories/{id}/merge': 'editor',
  'POST /api/admin/categories/import': 'editor',
  'GET /api/admin/categories/export': 'viewer',
  'GET /api/admin/categories/export.csv': 'viewer',
  'GET /api/admin/category-patterns': 'viewer',
  'POST /api/admin/category-patterns': 'editor',
  'GET /api/admin/category-patterns/{id}': 'viewer',
  'PATCH /api/admin/category-patterns/{id}': 'editor',
  'DELETE /api/admin/category-patterns/{id}': 'editor',
  'POST /api/admin/category-patterns/bulk-move': 'editor',
  'DELETE /api/admin/category-patterns': 'editor',
  'POST /api/admin/category-patterns/test': 'viewer',
  'POST /api/admin/category-patterns/preview': 'viewer',
  'GET /api/admin/transactions/{id}/explanation': 'viewer',
  'GET /api/admin/transactions': 'viewer',
  'GET /api/admin/transactions/export.csv': 'viewer',
  'POST /api/admin/transactions/bulk-set-category': 'editor',
  'POST /api/admin/transactions/bulk-clear-manual': 'editor',
  'GET /api/admin/transactions/{id}': 'viewer',
  'PATCH /api/admin/transactions/{id}': 'editor',
  'GET /api/admin/batches': 'viewer',
  'GET /api/admin/batches/{id}': 'viewer',
  'POST /api/admin/batches/{id}/retry': 'editor',
  'GET /api/admin/api-keys': 'admin',
  'POST /api/admin/api-keys': 'admin',
  'GET /api/admin/api-keys/{id}': 'admin',
  'DELETE /api/admin/api-keys/{id}': 'admin',
  'GET /api/admin/users': 'admin',
  'POST /api/admin/users': 'admin',
  'GET /api/admin/users/{id}': 'admin',
  'PATCH /api/admin/users/{id}': 'admin',
  'POST /api/admin/users/{id}/invitation': 'admin',
  'GET /api/admin/audit-log': 'viewer',
  'GET /api/admin/events': 'viewer',
  'GET /api/admin/dashboard': 'viewer',
  'GET /api/admin/uncategorized-groups': 'viewer',
  'GET /api/admin/accounts': 'viewer',
  'GET /api/admin/accounts/{id}/summary': 'viewer',
  'GET /api/admin/accounts/{id}/overview': 'viewer',
  'GET /api/admin/recategorizations': 'viewer',
  'POST /api/admin/recategorizations': 'editor',
  'GET /api/admin/recategorizations/{id}': 'viewer',
  'POST /api/admin/recategorizations/{id}/cancel': 'editor',
  'GET /api/admin/system': 'viewer',
  'POST /api/admin/system/schedule/pause': 'admin',
  'POST /api/admin/system/schedule/resume': 'admin',
  'POST /api/admin/system/schedule/trigger': 'admin',
  'POST /api/admin/system/caches/drop': 'admin',
  'GET /api/admin/accounts/{id}/overview.csv': 'viewer',
  'GET /api/admin/session': 'viewer',
  'DELETE /api/admin/session': 'viewer',
  'DELETE /api/admin/sessions': 'viewer',
  'POST /api/admin/session/password': 'viewer',
  'POST /api/admin/session': 'nobody',
  'POST /api/admin/invitations/accept': 'nobody',
};

const refusals = [
  'unauthenticated',
  'insufficient_role',
  'insufficient_scope',
  'csrf_token_invalid',
];
const rank: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 };

let api: TestApi;
const userIds = new Map<Role, number>();
const sessionOf = (role: Role): Promise<BrowserHeaders> =>
  openSession(api, userIds.get(role) as number);

beforeAll(async () => {
  api = await startTestApi();
  for (const role of Object.keys(rank) as Role[])
    userIds.set(role, await insertUser(api, `${role}@example.com`, role));
});
afterAll(() => api.stop());

/** The code of a refusal, or "let in" for everything that comes after it. */
async function attempt(operation: string, headers: Record<string, string>): Promise<string> {
  const [method, path] = operation.split(' ') as [string, string];
  const answer = await api.send<Problem>(method, path.replace('{id}', '0'), undefined, headers);
  return refusals.includes(answer.body?.code) ? answer.body.code : 'let in';
}

test('every route under /api/admin has its row', () => {
  const { stack } = adminRoutes(
    {
      config: loadConfig({ DATABASE_URL: 'postgres://nowhere' }),
      stopping: new AbortController().signal,
    } as ApiDependencies,
    { guard: () => async () => {} } as never,
  );
  const routes = stack.flatMap(({ methods, path }) =>
    methods
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${String(path).replaceAll(/:(\w+)/g, '{$1}')}`),
  );
  expect(routes.sort()).toEqual(Object.keys(needed).sort());
});

test('every operation under /api/admin has its row', () => {
  const operations = Object.entries(openApiDocument.paths ?? {})
    .filter(([path]) => path.startsWith('/api/admin/'))
    .flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
  expect(operations.sort()).toEqual(Object.keys(needed).sort());
});

describe.each(Object.entries(needed).filter(([, role]) => role !== 'nobody') as [string, Role][])(
  '%s',
  (operation, role) => {
    const isChange = !operation.startsWith('GET ');

    test('is refused without credentials, and with wrong ones', async () => {
      expect(await attempt(operation, { Authorization: '' })).toBe('unauthenticated');
      expect(await attempt(operation, { Authorization: 'Bearer wrong' })).toBe('unauthenticated');
      expect(
        await attempt(operation, { Authorization: '', Cookie: 'tallyflow_session=wrong' }),
      ).toBe('unauthenticated');
    });

    test.each(Object.keys(rank) as Role[])(`needs ${role}: %s`, async (given) => {
      const session = await sessionOf(given);
      if (isChange) {
        expect(await attempt(operation, { ...session, 'X-CSRF-Token': '' })).toBe(
          'csrf_token_invalid',
        );
      }
      expect(await attempt(operation, session)).toBe(
        rank[given] >= rank[role] ? 'let in' : 'insufficient_role',
      );
    });

    test('is refused to a session that has expired', async () => {
      const session = await sessionOf('admin');
      await api
        .database('admin_sessions')
        .update({ created_at: api.database.raw("now() - interval '8 days'") });
      expect(await attempt(operation, session)).toBe('unauthenticated');
    });
  },
);
