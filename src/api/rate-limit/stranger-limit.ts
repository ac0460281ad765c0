import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { ApiContext } from '../context.ts';
import { clientNetwork } from './client-network.ts';
import { RateLimit } from './rate-limit.ts';

/**
 * Limits the requests of a network address that come without good credentials, so that guessing gets
 * nowhere, and costs no look into the database. Beyond the limit they are refused unread.
 */
export class StrangerLimit {
  readonly #limit: RateLimit;

  constructor(quotaPerMinute: number, counts: SharedCounts) {
    this.#limit = new RateLimit('per-address', quotaPerMinute, counts);
  }

  /** Before credentials are looked at, unless they are known to be no guess. Throws ApiError `rate_limited`. */
  admit(ctx: ApiContext, isNoGuess: () => boolean = () => false): void {
    this.#limit.check(ctx, clientNetwork(ctx.ip), isNoGuess);
  }

  /** After they have turned out to be none, or wrong. */
  note(ctx: ApiContext): void {
    this.#limit.note(ctx, clientNetwork(ctx.ip));
  }
}
