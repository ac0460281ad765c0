import type { Logger } from 'pino';
import type { SharedCounts } from '../../../cache/shared-counts.ts';
import { findKnownBrowser } from '../../../db/admins/known-browsers.ts';
import type { Database } from '../../../db/connection/database.ts';
import { AdminUser } from '../../../db/models/admin-user.ts';
import { verifyPassword } from '../../../domain/credentials/password.ts';
import { badField } from '../../../domain/errors.ts';
import type { ApiContext } from '../../context.ts';
import { readBrowserHash } from './cookie.ts';
import { countSignIn } from './count-sign-in.ts';
import { type Failure, FailureLog, type KnownUser } from './failure-log.ts';
import { sessionOf } from './session-of.ts';
import { type Attempt, SignInLimit } from './sign-in-limit.ts';

/** An attempt at a password or a code, which counts as wrong until one of its functions is called. */
export interface SignInAttempt extends Pick<Attempt, 'takeBack' | 'succeeded'> {
  /** Records the failure in the audit log. Null for an unknown user. */
  failed(what: Failure, user: KnownUser | null): void;
}

/** Limits attempts at passwords and codes, and records failures. */
export class SignInAttempts {
  readonly #database: Database;
  readonly #limit: SignInLimit;
  readonly #log: FailureLog;

  constructor(database: Database, counts: SharedCounts, logger: Logger) {
    this.#database = database;
    this.#limit = new SignInLimit(counts);
    this.#log = new FailureLog(database, logger);
  }

  /** Begins an attempt to sign in as this user. Throws ApiError `rate_limited`. */
  async begin(ctx: ApiContext, normalizedEmail: string): Promise<SignInAttempt> {
    const browserHash = readBrowserHash(ctx);
    const browserId =
      browserHash === null || !this.#limit.mayLookUpBrowser(ctx.ip)
        ? null
        : await findKnownBrowser(this.#database, normalizedEmail, browserHash);
    return this.#watch(ctx, this.#begin(normalizedEmail, ctx.ip, browserId));
  }

  /**
   * Checks the password of a signed-in user, for actions that need more than the cookie: somebody at an unlocked
   * screen does not know it. The attempt stays open, for a code that may follow. Throws ApiError `rate_limited`, or
   * one that names the wrong field by `pointer`.
   */
  async checkOwnPassword(
    ctx: ApiContext,
    password: string,
    pointer: string,
  ): Promise<SignInAttempt> {
    const { userId, email } = sessionOf(ctx);
    const attempt = this.#watch(ctx, this.#limit.beginOwn(userId));
    const user = await AdminUser.query(this.#database).findById(userId);
    if (await verifyPassword(password, user?.passwordHash ?? null)) return attempt;
    attempt.failed('password_check_failed', { id: userId, email });
    throw badField(pointer, 'is wrong');
  }

  #begin(normalizedEmail: string, address: string, browserId: number | null): Attempt {
    try {
      return browserId === null
        ? this.#limit.begin(normalizedEmail, address)
        : this.#limit.beginOfBrowser(browserId);
    } catch (error) {
      // It throws for nothing but the limit.
      countSignIn('limited');
      throw error;
    }
  }

  #watch(ctx: ApiContext, attempt: Attempt): SignInAttempt {
    const log = this.#log;
    return {
      takeBack: attempt.takeBack,
      succeeded: attempt.succeeded,
      failed(what, user) {
        log.note(ctx, what, user);
        if (attempt.isLast && user !== null) log.note(ctx, 'sign_in_locked', user);
        if (attempt.isLastOfNetwork) log.note(ctx, 'sign_in_locked', null);
      },
    };
  }
}
