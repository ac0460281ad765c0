import type { Database } from '../../../db/database.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import { badField } from '../../../domain/errors.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import { verifyPassword } from '../../../domain/password.ts';
import type { ApiContext } from '../../context.ts';
import { sessionOf } from './session-of.ts';
import type { SignInLimit } from './sign-in-limit.ts';

/**
 * For what the cookie alone is not enough for: whoever has found a screen unlocked does not know the password.
 * Throws ApiError, which names the field that is wrong by `pointer`.
 */
export async function checkOwnPassword(
  database: Database,
  limit: SignInLimit,
  ctx: ApiContext,
  password: string,
  pointer: string,
): Promise<void> {
  const { userId, email } = sessionOf(ctx);
  limit.begin(normalizeText(email), ctx.ip);
  const user = await AdminUser.query(database).findById(userId);
  if (!(await verifyPassword(password, user?.passwordHash ?? null)))
    throw badField(pointer, 'is wrong');
  limit.succeeded(normalizeText(email), ctx.ip);
}
