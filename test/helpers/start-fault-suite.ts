import { afterAll } from '@jest/globals';
import { ClientRecord } from './client-record.ts';
import { FaultStack, type FaultStackOptions, faultTimeoutMs } from './fault-stack.ts';

/** Starts a stack and a client of it for the tests of the file that calls this, and stops them after the tests. */
export async function startFaultSuite(
  options: FaultStackOptions = {},
): Promise<{ stack: FaultStack; client: ClientRecord }> {
  const stack = await FaultStack.start(options);
  afterAll(() => stack.close(), faultTimeoutMs);
  const client = new ClientRecord(stack);
  try {
    await client.createCategory();
  } catch (error) {
    // Jest runs no afterAll of a file that does not load.
    await stack.close();
    throw error;
  }
  return { stack, client };
}
