import { randomBytes, scrypt as scryptWithCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const scrypt = promisify<
  string,
  Buffer,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scryptWithCallback);

/** One of the equivalent choices in OWASP's Password Storage Cheat Sheet: 32 MiB, since several users may sign in at once. */
const standardCost = { N: 2 ** 15, r: 8, p: 3 };
const keyBytes = 32;
const saltBytes = 16;

/** For a first admin who has chosen none: 144 random bits. */
export const generatePassword = (): string => randomBytes(18).toString('base64url');

/** A hash with its salt and costs, as `scrypt$N$r$p$salt$key`, so that costs can grow later. */
export async function hashPassword(password: string, cost = standardCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join(
    '$',
  );
}

/**
 * Whether the password is the one that was hashed. Without a hash it takes as long, and is false, so that
 * the time of an answer doesn't tell which users there are.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (hash ?? '').split('$');
  if (hash === null) {
    await derive(password, Buffer.alloc(saltBytes), standardCost);
    return false;
  }
  const derived = await derive(password, Buffer.from(salt, 'base64'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(derived, Buffer.from(key, 'base64'));
}

/** The same password typed on two keyboards may come in two Unicode forms. */
const derive = (
  password: string,
  salt: Buffer,
  { N, r, p }: typeof standardCost,
): Promise<Buffer> =>
  scrypt(password.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem: 256 * N * r });
