import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** 24 random bytes cannot be guessed, and are still readable as 32 characters. */
export function randomSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** Reads a secret from a file, or creates it there once. Only the owner can read the file. */
export async function readOrCreateSecret(file: string, create: () => string): Promise<string> {
  const stored = await readFile(file, 'utf8').catch(() => '');
  if (stored.trim() !== '') return stored.trim();
  const secret = create();
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
