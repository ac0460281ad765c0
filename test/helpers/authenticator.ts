import { TOTP } from 'otpauth';

/** Returns the code that an authenticator app shows for a secret, now or `stepsLater` half minutes later. */
export const codeOf = (base32: string, stepsLater = 0): string =>
  new TOTP({ secret: base32 }).generate({ timestamp: Date.now() + stepsLater * 30_000 });
