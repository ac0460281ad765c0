import type { SharedCounts } from '../../../cache/shared-counts.ts';
import { ApiError } from '../../../domain/errors.ts';
import { clientNetwork } from '../../rate-limit/client-network.ts';
import { RateCount } from '../../rate-limit/rate-count.ts';
import { hashToken } from './cookie.ts';

const windowSeconds = 15 * 60;
export const signInWindowMinutes = windowSeconds / 60;

/** Wrong passwords for one user, from wherever or from one browser: guessing gets nowhere, mistyping does. */
const failuresEach = 10;
/** Wrong passwords from one network address, which an office may share. */
const failuresPerAddress = 100;

/**
 * How often a network may have it looked up whether its browser is known: far more often than people sign in. What
 * comes beyond that counts as a browser that is not known, so that made-up cookies keep no connection busy.
 */
export const browserLookUpsPerAddress = 3_000;

/** An attempt that is counted as a wrong one, until it turns out to be something else. */
export interface Attempt {
  /** Whether no more of them would be let through, should this one be wrong. */
  isLast: boolean;
  /** The same of the network that it came from. */
  isLastOfNetwork: boolean;
  /** It was neither wrong nor the end of it. */
  takeBack(): void;
  /** Those who knew the password start anew. */
  succeeded(): void;
}

/** Ends the guessing of passwords, on all processes together. */
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
   * Counts an attempt to sign in before it is made, so that many at once don't slip through. Throws ApiError
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
   * The same for a browser that the user has signed in with before: its attempts are counted apart from those
   * of strangers, who could otherwise keep the user out by using them up.
   */
  beginOfBrowser(browserId: number): Attempt {
    return this.#count(this.#byBrowser, String(browserId));
  }

  /** Counts a look-up of the browser that an address says to be. False where there were too many. */
  mayLookUpBrowser(address: string): boolean {
    return this.#browserLookUps.add(clientNetwork(address)).count <= browserLookUpsPerAddress;
  }

  /** Counts an attempt at the own password, of who is signed in. Throws ApiError `rate_limited`. */
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

/** Who tries to sign in is nothing for Redis to know. */
const keyOf = (email: string): string => hashToken(email).toString('base64');

const tooMany = (retryAfterSeconds: number): ApiError =>
  new ApiError('rate_limited', 'Too many sign-in attempts. Try again later.', {
    retryAfterSeconds,
  });
