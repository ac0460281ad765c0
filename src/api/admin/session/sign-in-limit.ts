import type { SharedCounts } from '../../../cache/shared-counts.ts';
import { ApiError } from '../../../domain/errors.ts';
import { clientNetwork } from '../../rate-limit/client-network.ts';
import { RateCount } from '../../rate-limit/rate-count.ts';
import { hashToken } from './cookie.ts';

const windowSeconds = 15 * 60;
/** Wrong passwords for one e-mail address, from wherever: guessing gets nowhere, mistyping does. */
const failuresPerEmail = 10;
/** Wrong passwords from one network address, which an office may share. */
const failuresPerAddress = 100;

/** Ends the guessing of passwords, on all processes together. */
export class SignInLimit {
  readonly #byEmail: RateCount;
  readonly #byAddress: RateCount;

  constructor(counts: SharedCounts) {
    this.#byEmail = new RateCount(
      windowSeconds,
      counts.inWindows('sign-in-by-email', windowSeconds),
    );
    this.#byAddress = new RateCount(
      windowSeconds,
      counts.inWindows('sign-in-by-address', windowSeconds),
    );
  }

  /** Counts an attempt before it is made, so that many at once don't slip through. Throws ApiError `rate_limited`. */
  begin(email: string, address: string): void {
    const byAddress = this.#byAddress.add(clientNetwork(address));
    if (byAddress.count > failuresPerAddress) throw tooMany(byAddress.secondsLeft);
    const byEmail = this.#byEmail.add(keyOf(email));
    if (byEmail.count > failuresPerEmail) throw tooMany(byEmail.secondsLeft);
  }

  /** Of an attempt that was neither wrong nor the end of it. */
  takeBack(email: string, address: string): void {
    this.#byEmail.add(keyOf(email), -1);
    this.#byAddress.add(clientNetwork(address), -1);
  }

  /** Those who knew the password start anew. */
  succeeded(email: string, address: string): void {
    this.#byEmail.add(keyOf(email), -(this.#byEmail.look(keyOf(email))?.count ?? 0));
    this.#byAddress.add(clientNetwork(address), -1);
  }
}

/** Who tries to sign in is nothing for Redis to know. */
const keyOf = (email: string): string => hashToken(email).toString('base64');

const tooMany = (retryAfterSeconds: number): ApiError =>
  new ApiError('rate_limited', 'Too many attempts to sign in. Try again later.', {
    retryAfterSeconds,
  });
