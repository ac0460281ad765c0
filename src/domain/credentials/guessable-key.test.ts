import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateApiKey } from '../api-key.ts';
import { guessableKeyProblem } from './guessable-key.ts';

describe('a key is refused', () => {
  it.each([
    'k'.repeat(32),
    'k'.repeat(255),
    'ab'.repeat(20),
    'changeme'.repeat(4),
    'changeme-changeme-changeme-changeme',
    'please-change-me-please-change-me',
    'CHANGE_ME_TO_A_LONG_RANDOM_STRING_123',
    'passwordpasswordpasswordpassword',
    'tallyflow-bootstrap-key-change-me-now',
    'tallyflow-bootstrap-api-key-production',
    'correct-horse-battery-staple-correct',
    'my-very-secret-api-key-for-tallyflow',
    'Sup3rS3cr3tB00tstr4pK3y!Sup3rS3cr3t',
    '0123456789'.repeat(4),
    '0123456789abcdef0123456789abcdef',
    'abcdefghijklmnopqrstuvwxyz0123456789ABCDEF',
    'qwertyuiopasdfghjklzxcvbnm123456',
    'deadbeefdeadbeefdeadbeefdeadbeef',
    '00000000-0000-0000-0000-000000000000',
    '12345678-1234-1234-1234-123456789012',
    '1111222233334444555566667777888899990000',
    `tally_${'a'.repeat(43)}`,
  ])('%s', async (key) => {
    const problem = await guessableKeyProblem(key);
    expect(problem).toMatch(/^can be guessed: .+ Better is one from "openssl rand -hex 32"$/);
    expect(problem).not.toContain(key);
  });
});

describe('a key is good', () => {
  const forms: Record<string, () => string> = {
    'of 32 hexadecimal digits': () => randomBytes(16).toString('hex'),
    'of 48 hexadecimal digits': () => randomBytes(24).toString('hex').toUpperCase(),
    'of 64 hexadecimal digits': () => randomBytes(32).toString('hex'),
    'that is a UUID': randomUUID,
    'of base64': () => randomBytes(24).toString('base64'),
    'of base64url': () => randomBytes(32).toString('base64url'),
    'that the API has made': generateApiKey,
  };
  it.each(Object.keys(forms))('%s', async (form) => {
    for (let count = 0; count < 10; count++)
      expect(await guessableKeyProblem((forms[form] as () => string)())).toBeNull();
  });

  it('of seven words from a long list', async () => {
    const words = 'predict-glue-elf-favorably-crudely-colonize-many';
    expect(await guessableKeyProblem(words)).toBeNull();
  });
});
