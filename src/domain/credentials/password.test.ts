import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from './password.ts';

describe('passwords', () => {
  it('are verified against their hash alone, in whatever Unicode form they are typed', async () => {
    const hash = await hashPassword('Zoë and a long password');
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(await verifyPassword('Zoe\u0308 and a long password', hash)).toBe(true);
    expect(await verifyPassword('zoë and a long password', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('hash differently each time', async () => {
    expect(await hashPassword('the same password')).not.toBe(
      await hashPassword('the same password'),
    );
  });

  it('are never right for a user without one', async () => {
    expect(await verifyPassword('', null)).toBe(false);
  });
});
