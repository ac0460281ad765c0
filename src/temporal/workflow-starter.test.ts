import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { callTimeoutMs, connectLazily, type TemporalConnection } from './connection.ts';
import { WorkflowStarter } from './workflow-starter.ts';

let temporal: TemporalConnection;
let starter: WorkflowStarter;

/** A port on which nothing listens any more. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeEach(async () => {
  temporal = connectLazily(`127.0.0.1:${await freePort()}`, 'default');
});

afterEach(async () => {
  // Calls that are on their way fail within this time, and none begins: a connection must not close below them.
  await starter.drain(callTimeoutMs + 100);
  await temporal.close();
});

describe('delayedCount', () => {
  it('counts starts once Temporal has not taken one, and none that wait for their group', async () => {
    let onFailure: () => void;
    const failed = new Promise<void>((resolve) => {
      onFailure = resolve;
    });
    const logger = pino({ level: 'warn' }, { write: () => onFailure() });
    starter = new WorkflowStarter(temporal.client, 'none', logger);
    for (const id of ['1', '2', '3'])
      starter.startBatch({ id, transactionCount: 1, requestId: null }, 'a');
    expect(starter.waitingCount).toBe(2);
    expect(starter.delayedCount).toBe(0);
    await failed;
    // The first one, and the two as the one start that they have become or are to become.
    expect(starter.delayedCount).toBeGreaterThanOrEqual(2);
  });
});
