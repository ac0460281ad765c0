import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../../../domain/errors.ts';

const windowSeconds = 15 * 60;
/** Wrong passwords for one e-mail address, from wherever: guessing gets nowhere, mistyping does. */
const failuresPerEmail = 10;
/** Wrong passwords from one network address, which an office may share. */
const failuresPerAddress = 100;

/** Ends the guessing of passwords, in the memory of this process: it must not depend on a server that may be away. */
export class SignInLimit {
  readonly #byEmail = new RateLimiterMemory({ points: failuresPerEmail, duration: windowSeconds });
  readonly #byAddress = new RateLimiterMemory({
    points: failuresPerAddress,
    duration: windowSeconds,
  });

  /** Counts an attempt before it is made, so that many at once don't slip through. Throws ApiError `rate_limited`. */
  async begin(email: string, address: string): Promise<void> {
    try {
      await this.#byAddress.consume(address);
      await this.#byEmail.consume(email);
    } catch (rejected) {
      if (!(rejected instanceof RateLimiterRes)) throw rejected;
      throw new ApiError('rate_limited', 'Too many attempts to sign in. Try again later.', {
        retryAfterSeconds: Math.max(1, Math.ceil(rejected.msBeforeNext / 1000)),
      });
    }
  }

  /** Those who knew the password start anew. */
  async succeeded(email: string, address: string): Promise<void> {
    await this.#byEmail.delete(email);
    await this.#byAddress.reward(address);
  }
}
