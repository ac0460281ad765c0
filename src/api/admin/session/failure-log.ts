import type { Logger } from 'pino';
import { type Change, recordEvent } from '../../../db/audit/record-change.ts';
import type { Database } from '../../../db/connection/database.ts';
import type { ApiContext } from '../../context.ts';
import { clientNetwork } from '../../rate-limit/client-network.ts';
import { signInWindowMinutes } from './sign-in-limit.ts';

export type Failure = Extract<
  Change['action'],
  'sign_in_failed' | 'sign_in_locked' | 'second_factor_failed' | 'password_check_failed'
>;

/** A user with the stored address, which may differ from the typed one. */
export interface KnownUser {
  id: number;
  email: string;
}

const windowMs = signInWindowMinutes * 60_000;
/** Networks that get their own entries within a window; later ones share one. */
const maxNetworks = 100;

/**
 * Records failed sign-ins so that nobody can fill the audit log with them: the 1st, 10th, 100th failure and so on
 * within a window, for each known user, and for each network when the user is unknown. What was typed is never
 * stored, since it may be a password in the wrong field.
 */
export class FailureLog {
  readonly #database: Database;
  readonly #logger: Logger;
  #counts = new Map<string, number>();
  #networks = new Set<string>();
  #until = 0;
  /** Entries are written one after the other, which keeps their order and takes one connection. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /**
   * Counts a failure, and writes the entry in the background. If the answer waited for it, its time would reveal which
   * users exist. `user` is null when the typed address is unknown.
   */
  note(ctx: ApiContext, action: Failure, user: KnownUser | null): void {
    this.#beginWindow();
    const network = clientNetwork(ctx.ip);
    const isNamed = user !== null || this.#nameNetwork(network);
    const key = `${action} ${user?.id ?? (isNamed ? network : 'others')}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (!/^10*$/.test(String(count))) return;
    const change: Change = {
      action,
      resource: 'users',
      resourceId: user?.id ?? null,
      after: {
        ...(user !== null && { email: user.email }),
        network: isNamed ? network : null,
        count,
        window_minutes: signInWindowMinutes,
      },
    };
    const actor = {
      type: 'system',
      id: null,
      name: 'sign-in',
      requestId: ctx.state.requestId,
    } as const;
    this.#written = this.#written
      .then(() => recordEvent(this.#database, actor, change))
      .catch((error: unknown) =>
        this.#logger.warn(
          { err: error, action, userId: user?.id },
          'a failed sign-in was not recorded',
        ),
      );
  }

  #beginWindow(): void {
    if (Date.now() < this.#until) return;
    this.#until = Date.now() + windowMs;
    this.#counts = new Map();
    this.#networks = new Set();
  }

  #nameNetwork(network: string): boolean {
    if (this.#networks.size < maxNetworks) this.#networks.add(network);
    return this.#networks.has(network);
  }
}
