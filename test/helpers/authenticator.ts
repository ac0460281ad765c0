import { TOTP } from 'otpauth';

/** What an authenticator app shows for a secret, now or so many half minutes later. */
export const codeOf = (base32: string, stepsLater = 0): string =>
  new TOTP({ secret: base32 }).generate({ timestamp: Date.now() + stepsLater * 30_000 });
