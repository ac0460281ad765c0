import { hash, randomBytes } from 'node:crypto';

/** Enough of a key to recognise it in a listing, too little to guess the rest. */
const prefixCharacters = 12;

/** 256 random bits behind a prefix that secret scanners can look for. */
export function generateApiKey(): string {
  return `tally_${randomBytes(32).toString('base64url')}`;
}

export function apiKeyPrefix(key: string): string {
  return key.slice(0, prefixCharacters);
}

/** SHA-256: a key has 256 random bits, so that there is nothing a slow hash could protect. */
export function hashApiKey(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
