import { hash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** 160 bits, as RFC 4226 recommends. */
const secretBytes = 20;
const stepSeconds = 30;
/** Codes before and after the present one, for clocks that differ and people who type slowly. */
const window = 1;
const issuer = 'Tallyflow';

const recoveryCodeCount = 10;
/** 80 bits, which cannot be guessed even with the hash. */
const recoveryCodeBytes = 10;

export const newSecondFactorSecret = (): Buffer => randomBytes(secretBytes);

const totpOf = (secret: Buffer, label: string): TOTP =>
  new TOTP({
    issuer,
    label,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    period: stepSeconds,
  });

/** The secret in the two forms that an authenticator app takes: base32 to type, and a URI to scan. */
export function describeSecret(secret: Buffer, email: string): { secret: string; uri: string } {
  const totp = totpOf(secret, email);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step (RFC 6238) of a present code; null for a wrong code. */
export function timeStepOf(secret: Buffer, code: string, now = Date.now()): number | null {
  const digits = code.replaceAll(/\s/g, '');
  const delta = /^\d{6}$/.test(digits)
    ? totpOf(secret, '').validate({ token: digits, timestamp: now, window })
    : null;
  return delta === null ? null : Math.floor(now / 1_000 / stepSeconds) + delta;
}

/** Codes for users who have lost the device, each good once. They look like `abcd-efgh-ijkl-mnop`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: recoveryCodeCount }, () =>
    (
      new Secret({ buffer: new Uint8Array(randomBytes(recoveryCodeBytes)).buffer }).base32
        .toLowerCase()
        .match(/.{4}/g) as string[]
    ).join('-'),
  );

/** Ignores case, and characters between the groups. SHA-256 is enough, since the codes are random. */
export const hashRecoveryCode = (code: string): Buffer =>
  hash('sha256', code.toLowerCase().replaceAll(/[^a-z2-7]/g, ''), 'buffer');
