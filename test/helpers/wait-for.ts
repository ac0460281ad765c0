import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is neither null, undefined nor false. Throws after the given time. */
export async function waitFor<Answer>(
  ask: () => Promise<Answer | null | undefined | false>,
  timeoutMs = 30_000,
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`nothing came within ${timeoutMs} ms`);
    await sleep(50);
  }
}
