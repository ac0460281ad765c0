import { hash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** 160 bits, as RFC 4226 recommends. */
const secretBytes = 20;
const stepSeconds = 30;
/** Codes before and after the present one, for clocks that differ and people who type slowly. */
const window = 1;
const issuer = 'Tallyflow';

const recoveryCodeCount = 10;
/** 80 bits: out of reach even for who has their hashes. */
const recoveryCodeBytes = 10;

export const newSecondFactorSecret = (): Buffer => randomBytes(secretBytes);

const totpOf = (secret: Buffer, label: string): TOTP =>
  new TOTP({
    issuer,
    label,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    period: stepSeconds,
  });

/** What an authenticator app takes: the secret as base32, to type, and as a URI, to scan. */
export function describeSecret(secret: Buffer, email: string): { secret: string; uri: string } {
  const totp = totpOf(secret, email);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step (RFC 6238) that the code is of, about now; null for a wrong code. */
export function timeStepOf(secret: Buffer, code: string, now = Date.now()): number | null {
  const digits = code.replaceAll(/\s/g, '');
  const delta = /^\d{6}$/.test(digits)
    ? totpOf(secret, '').validate({ token: digits, timestamp: now, window })
    : null;
  return delta === null ? null : Math.floor(now / 1_000 / stepSeconds) + delta;
}

/** For who has lost the device; each is good once. Written like `abcd-efgh-ijkl-mnop`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: recoveryCodeCount }, () =>
    (
      new Secret({ buffer: new Uint8Array(randomBytes(recoveryCodeBytes)).buffer }).base32
        .toLowerCase()
        .match(/.{4}/g) as string[]
    ).join('-'),
  );

/** However it is written. SHA-256: the codes are random, so that there is nothing a slow hash could protect. */
export const hashRecoveryCode = (code: string): Buffer =>
  hash('sha256', code.toLowerCase().replaceAll(/[^a-z2-7]/g, ''), 'buffer');
