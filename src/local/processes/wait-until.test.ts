import { describe, expect, it } from '@jest/globals';
import { waitUntil } from './wait-until.ts';

const log = () => {};
const never = () => new Promise<boolean>(() => {});

describe('waitUntil', () => {
  it('gives up on a condition that does not answer', async () => {
    const waiting = waitUntil(never, { what: 'asking', timeoutMs: 50, log });
    await expect(waiting).rejects.toThrow('asking took longer than 0.05 s.');
  });

  it('ends with the reason of its signal, also while the condition does not answer', async () => {
    const gone = new AbortController();
    const waiting = waitUntil(never, {
      what: 'asking',
      timeoutMs: 60_000,
      log,
      signal: gone.signal,
    });
    gone.abort(new Error('it is gone'));
    await expect(waiting).rejects.toThrow('it is gone');
  });

  it('takes an error for "not yet", and gives the last one as the cause', async () => {
    const refuse = async () => {
      throw new Error('connection refused');
    };
    const waiting = waitUntil(refuse, { what: 'asking', timeoutMs: 50, log });
    await expect(waiting).rejects.toMatchObject({ cause: new Error('connection refused') });
  });
});
