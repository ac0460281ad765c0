import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type Router from '@koa/router';
import { createApp } from '../../src/api/app.ts';
import type { ApiDependencies, ApiState } from '../../src/api/context.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { createSharedCounts } from '../../src/cache/shared-counts.ts';
import { loadConfig } from '../../src/config.ts';
import { apiKeyPrefix, generateApiKey, hashApiKey } from '../../src/domain/api-key.ts';
import type { Role } from '../../src/domain/role.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { type BrowserHeaders, insertUser, openSession } from '../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';

/** Who is let in: keys with one of the scopes, and sessions from a role on; null for no session at all. */
interface Access {
  scopes: Scope[];
  role: Role | null;
  /** A file, which viewers may not have unless an admin says so. */
  isExport?: boolean;
}

const open = 'everyone';
const ingest: Access = { scopes: ['ingest'], role: null };
const read: Access = { scopes: ['read'], role: null };
const ingestOrRead: Access = { scopes: ['ingest', 'read'], role: null };
const viewer: Access = { scopes: ['admin'], role: 'viewer' };
const exporting: Access = { ...viewer, isExport: true };
const editor: Access = { scopes: ['admin'], role: 'editor' };
const admin: Access = { scopes: ['admin'], role: 'admin' };
/** About the session itself, which no key has. */
const session: Access = { scopes: [], role: 'viewer' };

/** Who may use each route; one that is missing here makes a test fail. */
const table: Record<string, Access | typeof open> = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /openapi.json': open,
  'GET /docs': open,
  'GET /docs/start.js': open,
  'GET /docs/{asset}': open,
  'GET /admin/assets/{name}': open,
  'GET /admin{/*place}': open,
  'POST /api/integrations/transactions': ingest,
  'GET /api/integrations/batches': ingestOrRead,
  'GET /api/integrations/batches/{id}': ingestOrRead,
  'GET /api/integrations/batches/{id}/transactions': ingestOrRead,
  'GET /api/integrations/batches/{id}/events': ingestOrRead,
  'POST /api/integrations/batches/{id}/retry': ingest,
  'GET /api/reports/account/{accountId}/summary': read,
  'GET /api/admin/categories': viewer,
  'POST /api/admin/categories': editor,
  'GET /api/admin/categories/{id}': viewer,
  'PATCH /api/admin/categories/{id}': editor,
  'DELETE /api/admin/categories/{id}': editor,
  'POST /api/admin/categories/{id}/merge': editor,
  'POST /api/admin/categories/import': editor,
  'GET /api/admin/categories/export': exporting,
  'GET /api/admin/categories/export.csv': exporting,
  'GET /api/admin/category-patterns': viewer,
  'POST /api/admin/category-patterns': editor,
  'GET /api/admin/category-patterns/{id}': viewer,
  'PATCH /api/admin/category-patterns/{id}': editor,
  'DELETE /api/admin/category-patterns/{id}': editor,
  'POST /api/admin/category-patterns/bulk-move': editor,
  'DELETE /api/admin/category-patterns': editor,
  'POST /api/admin/category-patterns/test': viewer,
  'POST /api/admin/category-patterns/preview': viewer,
  'GET /api/admin/transactions/{id}/explanation': viewer,
  'GET /api/admin/transactions': viewer,
  'GET /api/admin/transactions/export.csv': exporting,
  'POST /api/admin/transactions/bulk-set-category': editor,
  'POST /api/admin/transactions/bulk-clear-manual': editor,
  'GET /api/admin/transactions/{id}': viewer,
  'PATCH /api/admin/transactions/{id}': editor,
  'GET /api/admin/batches': viewer,
  'GET /api/admin/batches/{id}': viewer,
  'POST /api/admin/batches/{id}/retry': editor,
  'GET /api/admin/api-keys': admin,
  'POST /api/admin/api-keys': admin,
  'GET /api/admin/api-keys/{id}': admin,
  'DELETE /api/admin/api-keys/{id}': admin,
  'POST /api/admin/api-keys/{id}/rotate': admin,
  'GET /api/admin/users': admin,
  'POST /api/admin/users': admin,
  'DELETE /api/admin/users/{id}/second-factor': admin,
  'GET /api/admin/users/{id}': admin,
  'PATCH /api/admin/users/{id}': admin,
  'POST /api/admin/users/{id}/invitation': admin,
  'GET /api/admin/audit-log': viewer,
  'GET /api/admin/events': viewer,
  'GET /api/admin/dashboard': viewer,
  'GET /api/admin/uncategorized-groups': viewer,
  'GET /api/admin/accounts': viewer,
  'GET /api/admin/accounts/{id}/summary': viewer,
  'GET /api/admin/accounts/{id}/overview': viewer,
  'GET /api/admin/recategorizations': viewer,
  'POST /api/admin/recategorizations': editor,
  'GET /api/admin/recategorizations/{id}': viewer,
  'POST /api/admin/recategorizations/{id}/cancel': editor,
  'GET /api/admin/learning/trainings': viewer,
  'POST /api/admin/learning/trainings': editor,
  'GET /api/admin/learning/trainings/{id}': viewer,
  'GET /api/admin/learning/versions': viewer,
  'POST /api/admin/learning/versions/{id}/activate': editor,
  'GET /api/admin/learning/evaluation': viewer,
  'GET /api/admin/categorizers': viewer,
  'PATCH /api/admin/categorizers/{name}': editor,
  'POST /api/admin/categorizers/{name}/preview': viewer,
  'GET /api/admin/learning/sample': viewer,
  'POST /api/admin/learning/sample/{id}': editor,
  'GET /api/admin/suggestions': viewer,
  'POST /api/admin/suggestions/accept-all': editor,
  'POST /api/admin/suggestions/{id}/accept': editor,
  'POST /api/admin/suggestions/{id}/reject': editor,
  'GET /api/admin/suggestions/acceptances/{id}': viewer,
  'POST /api/admin/suggestions/acceptances/{id}/undo': editor,
  'GET /api/admin/system': viewer,
  'POST /api/admin/system/schedule/pause': admin,
  'POST /api/admin/system/schedule/resume': admin,
  'POST /api/admin/system/schedule/trigger': admin,
  'POST /api/admin/system/caches/drop': admin,
  'GET /api/admin/accounts/{id}/overview.csv': exporting,
  'GET /api/admin/session': session,
  'DELETE /api/admin/session': session,
  'GET /api/admin/sessions': session,
  'DELETE /api/admin/sessions': session,
  'DELETE /api/admin/sessions/others': session,
  'DELETE /api/admin/sessions/{id}': session,
  'POST /api/admin/session/password': session,
  'POST /api/admin/session/second-factor': session,
  'POST /api/admin/session/second-factor/confirm': session,
  'POST /api/admin/session/second-factor/remove': session,
  'POST /api/admin/session': open,
  'POST /api/admin/invitations/accept': open,
};

const scopes: Scope[] = ['ingest', 'read', 'admin'];
const roles: Role[] = ['viewer', 'editor', 'admin'];
const refusals = [
  'unauthenticated',
  'insufficient_role',
  'insufficient_scope',
  'export_not_allowed',
  'csrf_token_invalid',
  'second_factor_missing',
];

/** What is open before a second factor was added that everyone has to have. */
const beforeSecondFactor = [
  'GET /api/admin/session',
  'DELETE /api/admin/session',
  'POST /api/admin/session/second-factor',
  'POST /api/admin/session/second-factor/confirm',
];

let api: TestApi;
/** Keys by their one scope, and a revoked one that had them all. */
const keys = new Map<Scope | 'revoked', string>();
const userIds = new Map<Role | 'disabled', number>();

beforeAll(async () => {
  api = await startTestApi({ config: { UNAUTHENTICATED_PER_MINUTE: 1_000_000 } });
  for (const scope of scopes) keys.set(scope, await insertKey([scope], null));
  keys.set('revoked', await insertKey(scopes, new Date()));
  for (const role of roles) userIds.set(role, await insertUser(api, `${role}@example.com`, role));
  userIds.set('disabled', await insertUser(api, 'disabled@example.com', 'admin'));
  await api
    .database('admin_users')
    .where({ id: userIds.get('disabled') })
    .update({ disabled_at: new Date() });
});
afterAll(() => api.stop());

async function insertKey(withScopes: Scope[], revokedAt: Date | null): Promise<string> {
  const key = generateApiKey();
  await api.database('api_keys').insert({
    name: 'test',
    prefix: apiKeyPrefix(key),
    key_hash: hashApiKey(key),
    scopes: withScopes,
    revoked_at: revokedAt,
  });
  return key;
}

/** A new session each time: some routes end the one that asks. */
const sessionOf = (role: Role | 'disabled'): Promise<BrowserHeaders> =>
  openSession(api, userIds.get(role) as number);

/** A session of an admin, of which so much time has gone by. */
async function agedSession(
  column: 'created_at' | 'last_seen_at',
  age: string,
): Promise<BrowserHeaders> {
  const headers = await sessionOf('admin');
  const csrfToken = headers['X-CSRF-Token'];
  await api
    .database('admin_sessions')
    .where({ csrf_token: csrfToken })
    .update({ [column]: api.database.raw('now() - ?::interval', [age]) });
  return headers;
}

const bearer = (key: string | undefined) => ({ Authorization: `Bearer ${key}` });

/** All there is to try; each is made when it is needed. */
const credentials: Record<string, () => Promise<Record<string, string>>> = {
  none: async () => ({ Authorization: '' }),
  'a wrong key': async () => bearer(generateApiKey()),
  'something that is no key': async () => ({ Authorization: 'Basic YWRtaW46YWRtaW4=' }),
  'a revoked key': async () => bearer(keys.get('revoked')),
  ...Object.fromEntries(
    scopes.map((scope) => [`a key to ${scope}`, async () => bearer(keys.get(scope))]),
  ),
  'a wrong session': async () => ({ Authorization: '', Cookie: 'tallyflow_session=wrong' }),
  'a session that was idle for too long': () => agedSession('last_seen_at', '8 hours 1 second'),
  'a session that is too old': () => agedSession('created_at', '7 days 1 second'),
  'a session of a disabled user': () => sessionOf('disabled'),
  ...Object.fromEntries(
    roles.map((role) => [`a session of a ${role}`, async () => sessionOf(role)]),
  ),
  'a session without its CSRF token': async () => ({
    ...(await sessionOf('admin')),
    'X-CSRF-Token': '',
  }),
  "a session with another's CSRF token": async () => ({
    ...(await sessionOf('admin')),
    'X-CSRF-Token': (await sessionOf('viewer'))['X-CSRF-Token'],
  }),
  'a wrong key beside a good session': async () => ({
    ...(await sessionOf('admin')),
    ...bearer(generateApiKey()),
  }),
};

/** What each credential should get: the code of a refusal, or "let in" for all that comes after it. */
function expectedOutcome(operation: string, credential: string): string {
  const access = table[operation];
  if (access === open || access === undefined) return 'let in';
  const scope = /^a key to (\w+)$/.exec(credential)?.[1] as Scope | undefined;
  if (scope !== undefined) {
    if (access.scopes.includes(scope)) return 'let in';
    // Routes about sessions take a key to administer for one, and find that it has no session.
    return access === session && scope === 'admin' ? 'unauthenticated' : 'insufficient_scope';
  }
  if (access.role === null) return 'unauthenticated';
  const role = /^a session of a (viewer|editor|admin)$/.exec(credential)?.[1] as Role | undefined;
  if (role === 'viewer' && access.isExport === true) return 'export_not_allowed';
  if (role !== undefined)
    return roles.indexOf(role) >= roles.indexOf(access.role) ? 'let in' : 'insufficient_role';
  if (credential.endsWith('CSRF token'))
    return operation.startsWith('GET ') ? 'let in' : 'csrf_token_invalid';
  return 'unauthenticated';
}

async function outcome(
  operation: string,
  headers: Record<string, string>,
  at: TestApi = api,
): Promise<string> {
  const [method, path] = operation.split(' ') as [string, string];
  const place = path.replace('{/*place}', '').replace(/\{\w+\}/, '0');
  const hasBody = method === 'POST' || method === 'PATCH';
  const answer = await at.send<Problem | null>(method, place, hasBody ? '{}' : undefined, {
    ...headers,
    ...(hasBody && { 'Content-Type': 'application/json' }),
  });
  const code = answer.body?.code ?? '';
  return refusals.includes(code) ? code : 'let in';
}

test('every route has its row', () => {
  const { middleware } = createApp({
    config: loadConfig({ DATABASE_URL: 'postgres://nowhere' }),
    counts: createSharedCounts(undefined),
    stopping: new AbortController().signal,
    drained: new AbortController().signal,
  } as ApiDependencies);
  const routers = middleware.flatMap((part) =>
    'router' in part ? [part.router as Router<ApiState>] : [],
  );
  const routes = routers
    .flatMap((router) => router.stack)
    .flatMap(({ methods, path }) =>
      methods
        .filter((method) => method !== 'HEAD')
        .map((method) => `${method} ${String(path).replaceAll(/:(\w+)/g, '{$1}')}`),
    );
  expect(routes.sort()).toEqual(Object.keys(table).sort());
});

test('every operation of the documentation has its row, and says whether it is open', () => {
  const operations = Object.entries(openApiDocument.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: unknown[] }>).map(
      ([method, { security }]) => [
        `${method.toUpperCase()} ${path.replace(/\/$/, '').replace('{account_id}', '{accountId}').replace('{batch_id}', '{id}')}`,
        security?.length === 0,
      ],
    ),
  );
  expect(operations.length).toBeGreaterThan(60);
  for (const [operation, isOpen] of operations)
    expect([operation, table[operation as string] === open]).toEqual([operation, isOpen]);
});

test.each(Object.keys(table))('%s', async (operation) => {
  const seen: Record<string, string> = {};
  for (const [credential, make] of Object.entries(credentials))
    seen[credential] = await outcome(operation, await make());
  expect(seen).toEqual(
    Object.fromEntries(
      Object.keys(credentials).map((credential) => [
        credential,
        expectedOutcome(operation, credential),
      ]),
    ),
  );
});

test('who has to add a second factor first may do nothing else', async () => {
  const strict = await startTestApi({ config: { REQUIRE_SECOND_FACTOR: true } });
  const id = await insertUser(strict, 'new@example.com', 'admin');
  const ofConsole = Object.keys(table).filter((operation) => {
    const access = table[operation];
    return access !== open && access?.role != null;
  });
  const seen: Record<string, string> = {};
  for (const operation of ofConsole)
    seen[operation] = await outcome(operation, await openSession(strict, id), strict);
  expect(seen).toEqual(
    Object.fromEntries(
      ofConsole.map((operation) => [
        operation,
        beforeSecondFactor.includes(operation) ? 'let in' : 'second_factor_missing',
      ]),
    ),
  );
  // The key of the tests may do all.
  expect((await strict.get('/api/admin/users')).status).toBe(200);
  await strict.stop();
});
