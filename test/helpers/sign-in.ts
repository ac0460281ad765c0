import { hashToken, randomToken } from '../../src/api/admin/session/cookie.ts';
import { createSession } from '../../src/db/admins/admin-sessions.ts';
import { AdminUser } from '../../src/db/models/admin-user.ts';
import { hashPassword } from '../../src/domain/credentials/password.ts';
import type { Role } from '../../src/domain/role.ts';
import type { Answer, TestApi } from './test-api.ts';

export const testPassword = 'correct horse battery staple';
/** A hash carries its cost, and this one takes a hundredth of the usual time to check. */
const passwordHash = await hashPassword(testPassword, { N: 2 ** 10, r: 8, p: 1 });

/** Stores a user who can sign in with `testPassword`. Returns the id. */
export async function insertUser(api: TestApi, email: string, role: Role): Promise<number> {
  const user = await AdminUser.query(api.database)
    .insert({
      email,
      normalizedEmail: email,
      name: email,
      role,
      // This is the default of an invitation.
      mayExport: role !== 'viewer',
      passwordHash,
    })
    .returning('id');
  return user.id;
}

/** The headers that a browser sends with each request. */
export interface BrowserHeaders extends Record<string, string> {
  Authorization: '';
  Cookie: string;
  'X-CSRF-Token': string;
}

/** Returns the cookie that an answer sets, as a browser sends it back. */
export const cookieOf = (answer: Answer<unknown>): string =>
  (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;

/** Opens a session without the cost of checking a password, for a test that needs many. */
export async function openSession(api: TestApi, userId: number): Promise<BrowserHeaders> {
  const token = randomToken();
  const csrfToken = randomToken();
  await api.database.transaction((trx) =>
    createSession(trx, { tokenHash: hashToken(token), userId, csrfToken, userAgent: null }),
  );
  return { Authorization: '', Cookie: `tallyflow_session=${token}`, 'X-CSRF-Token': csrfToken };
}

export async function signIn(api: TestApi, email: string): Promise<BrowserHeaders> {
  const body = { email, password: testPassword };
  const answer = await api.post<{ csrf_token: string }>('/api/admin/session', body, {
    Authorization: '',
  });
  return { Authorization: '', Cookie: cookieOf(answer), 'X-CSRF-Token': answer.body.csrf_token };
}
