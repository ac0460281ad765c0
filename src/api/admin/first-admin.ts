import type { Logger } from 'pino';
import { recordChange } from '../../db/audit/record-change.ts';
import type { Database } from '../../db/connection/database.ts';
import { AdminUser } from '../../db/models/admin-user.ts';
import { guessableProblem } from '../../domain/credentials/guessable-password.ts';
import { generatePassword, hashPassword } from '../../domain/credentials/password.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { presentUser } from './users/presenter.ts';

const firstAdminName = 'Admin';

/**
 * Creates the first admin if there are no users. Without a configured password it generates one, and logs it this
 * once; the person who reads the log signs in and changes it. Throws an Error for a configured password that can be
 * guessed, which stops the start. An installation with users ignores the password.
 */
export async function ensureFirstAdmin(
  database: Database,
  { email, password }: { email: string; password: string | undefined },
  logger: Logger,
): Promise<void> {
  if ((await AdminUser.query(database).resultSize()) > 0) return;
  if (password !== undefined) {
    const problem = await guessableProblem(password, [email, firstAdminName]);
    if (problem !== null)
      throw new Error(`The configuration is not valid:\n  ADMIN_PASSWORD: ${problem}.`);
  }
  const chosen = password ?? generatePassword();
  const passwordHash = await hashPassword(chosen);
  const created = await database.transaction(async (trx) => {
    const user = await AdminUser.query(trx)
      .insert({
        email,
        normalizedEmail: normalizeText(email),
        name: firstAdminName,
        role: 'admin',
        mayExport: true,
        passwordHash,
      })
      // Another process may have created the same user.
      .onConflict('normalizedEmail')
      .ignore()
      .returning('*');
    if (user.id === undefined) return null;
    await recordChange(
      trx,
      { type: 'system', id: null, name: 'start', requestId: null },
      { action: 'create', resource: 'users', resourceId: user.id, after: presentUser(user) },
    );
    return user;
  });
  if (created === null) return;
  if (password === undefined) {
    // Logged at any log level: nobody could sign in with a password that was never shown.
    const always = logger.child({}, { level: 'warn' });
    always.warn({ email, password: chosen }, 'first admin created; change this password');
  } else logger.info({ email }, 'first admin created');
}
