import type { SharedCounts } from '../../cache/shared-counts.ts';
import type { ApiContext } from '../context.ts';
import { clientNetwork } from './client-network.ts';
import { RateCount } from './rate-count.ts';
import { announce, minuteSeconds, type RatePolicy, tooMany } from './rate-limit.ts';

/**
 * Limits the requests of a network address that come without good credentials, so that guessing gets
 * nowhere, and costs no look into the database. Beyond the limit they are refused unread.
 */
export class StrangerLimit {
  readonly #policy: RatePolicy;
  readonly #count: RateCount;

  constructor(quotaPerMinute: number, counts: SharedCounts) {
    this.#policy = { name: 'per-address', quota: quotaPerMinute, windowSeconds: minuteSeconds };
    this.#count = new RateCount(minuteSeconds, counts.inWindows('per-address', minuteSeconds));
  }

  /** Before credentials are looked at, unless they are known to be no guess. Throws ApiError `rate_limited`. */
  admit(ctx: ApiContext, isNoGuess: () => boolean = () => false): void {
    const counted = this.#count.look(clientNetwork(ctx.request.ip));
    if (counted === null || counted.count < this.#policy.quota || isNoGuess()) return;
    announce(ctx, this.#policy, counted);
    throw tooMany(this.#policy, counted);
  }

  /** After they have turned out to be none, or wrong. */
  note(ctx: ApiContext): void {
    announce(ctx, this.#policy, this.#count.add(clientNetwork(ctx.request.ip)));
  }
}
