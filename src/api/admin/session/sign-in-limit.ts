import type { SharedCounts } from '../../../cache/shared-counts.ts';
import { ApiError } from '../../../domain/errors.ts';
import { countLimitHit } from '../../limit-hits.ts';
import { clientNetwork } from '../../rate-limit/client-network.ts';
import { RateCount } from '../../rate-limit/rate-count.ts';
import { hashToken } from './cookie.ts';

const windowSeconds = 15 * 60;
export const signInWindowMinutes = windowSeconds / 60;

/** Wrong passwords for one user, from unknown browsers or from one known browser. Enough for typing errors, too few to guess. */
const failuresEach = 10;
/** Wrong passwords from one network, which an office may share. */
const failuresPerAddress = 100;

/**
 * Look-ups of browsers for one network, far more than people need to sign in. Above the limit a browser counts as
 * unknown, so that invented cookies do not keep connections busy.
 */
export const browserLookUpsPerAddress = 3_000;

/** An attempt, which counts as wrong until one of its functions is called. */
export interface Attempt {
  /** Whether the limit is reached if this attempt is wrong. */
  isLast: boolean;
  /** Whether the network's limit is reached if this attempt is wrong. */
  isLastOfNetwork: boolean;
  /** The attempt was not wrong, but did not sign anyone in either. */
  takeBack(): void;
  /** Resets the count for a user who knew the password. */
  succeeded(): void;
}

/** Limits wrong passwords, across all processes. */
export class SignInLimit {
  readonly #byEmail: RateCount;
  readonly #byAddress: RateCount;
  readonly #byBrowser: RateCount;
  readonly #byUser: RateCount;
  readonly #browserLookUps: RateCount;

  constructor(counts: SharedCounts) {
    const count = (name: string) =>
      new RateCount(windowSeconds, counts.inWindows(name, windowSeconds));
    this.#byEmail = count('sign-in-by-email');
    this.#byAddress = count('sign-in-by-address');
    this.#byBrowser = count('sign-in-by-browser');
    this.#byUser = count('password-by-user');
    this.#browserLookUps = count('browser-look-ups');
  }

  /**
   * Counts an attempt to sign in before it is made, so that concurrent attempts count too. Throws ApiError
   * `rate_limited`.
   */
  begin(email: string, address: string): Attempt {
    const network = clientNetwork(address);
    const ofNetwork = this.#byAddress.add(network);
    if (ofNetwork.count > failuresPerAddress) throw tooMany(ofNetwork.secondsLeft);
    const attempt = this.#count(this.#byEmail, keyOf(email));
    const giveBack = () => void this.#byAddress.add(network, -1);
    return {
      isLast: attempt.isLast,
      isLastOfNetwork: ofNetwork.count >= failuresPerAddress,
      takeBack() {
        attempt.takeBack();
        giveBack();
      },
      succeeded() {
        attempt.succeeded();
        giveBack();
      },
    };
  }

  /**
   * Counts an attempt from a browser that the user has signed in with before. It has a limit of its own, so that
   * strangers cannot lock the user out by using up theirs.
   */
  beginOfBrowser(browserId: number): Attempt {
    return this.#count(this.#byBrowser, String(browserId));
  }

  /** Counts a look-up of a browser. False when the network had too many. */
  mayLookUpBrowser(address: string): boolean {
    return this.#browserLookUps.add(clientNetwork(address)).count <= browserLookUpsPerAddress;
  }

  /** Counts an attempt of a signed-in user at their own password. Throws ApiError `rate_limited`. */
  beginOwn(userId: number): Attempt {
    return this.#count(this.#byUser, String(userId));
  }

  #count(counts: RateCount, key: string): Attempt {
    const { count, secondsLeft } = counts.add(key);
    if (count > failuresEach) throw tooMany(secondsLeft);
    return {
      isLast: count >= failuresEach,
      isLastOfNetwork: false,
      takeBack: () => void counts.add(key, -1),
      succeeded: () => void counts.add(key, -(counts.look(key)?.count ?? 0)),
    };
  }
}

/** Hashed, so that Redis does not hold e-mail addresses. */
const keyOf = (email: string): string => hashToken(email).toString('base64');

function tooMany(retryAfterSeconds: number): ApiError {
  countLimitHit('sign-in');
  return new ApiError('rate_limited', 'Too many sign-in attempts. Try again later.', {
    retryAfterSeconds,
  });
}
