import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { ApiContext } from '../context.ts';
import { clientNetwork } from './client-network.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * Limits the requests of a network address that come without good credentials. Guessing gets nowhere, since the
 * database is not asked about credentials beyond the limit.
 */
export class UnauthenticatedLimit {
  readonly #limit: RateLimit;

  constructor(quotaPerMinute: number, counts: SharedCounts) {
    this.#limit = new RateLimit('per-address', quotaPerMinute, counts);
  }

  /**
   * Is called before credentials are looked up. Throws ApiError `rate_limited` beyond the limit, unless
   * `isExempt` says that these credentials were good before.
   */
  check(ctx: ApiContext, isExempt: () => boolean = () => false): void {
    this.#limit.check(ctx, clientNetwork(ctx.ip), isExempt);
  }

  /** Counts a request whose credentials are missing or wrong. */
  count(ctx: ApiContext): void {
    this.#limit.note(ctx, clientNetwork(ctx.ip));
  }
}
