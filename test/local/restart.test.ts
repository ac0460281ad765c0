import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateTransactions } from '../../samples/generate-batch.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import {
  printedAccess,
  runStart,
  type Start,
  startCommand,
  startTimeoutMs,
  untilRunning,
  untilSaid,
} from '../helpers/run-start.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** So many that the batch is still being processed when the server is killed. */
const rowCount = 20_000;

let dataDir: string;
let stack: Start;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tallyflow-restart-'));
  stack = runStart(startCommand(), dataDir, {
    // A batch whose start got lost with Temporal is the sweep's, which must not take minutes here.
    SWEEP_INTERVAL_SECONDS: '5',
    SWEEP_GRACE_SECONDS: '1',
  });
  await untilRunning(stack);
}, startTimeoutMs);

afterAll(async () => {
  stack.process.kill('SIGTERM');
  await stack.exit;
  rmSync(dataDir, { recursive: true, force: true });
}, startTimeoutMs);

function processes(): Record<string, number> {
  return Object.fromEntries(livingProcesses(dataDir).map(({ name, pid }) => [name, pid]));
}

async function request(resource: string, init: RequestInit = {}): Promise<Response> {
  const { url, apiKey } = printedAccess(stack);
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return await fetch(`${url}${resource}`, { headers, ...init });
}

async function post(seed: number): Promise<string> {
  const body = JSON.stringify({ transactions: generateTransactions({ count: rowCount, seed }) });
  const answer = await request('/api/integrations/transactions/', { method: 'POST', body });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { batch_id: string }).batch_id;
}

async function batch(id: string): Promise<unknown> {
  return await (await request(`/api/integrations/batches/${id}`)).json();
}

describe('script/start', () => {
  it.each([
    ['redis', 'Redis'],
    ['postgres', 'PostgreSQL'],
    ['temporal', 'Temporal'],
  ])(
    'starts %s again when it is killed, and nothing else',
    async (name, label) => {
      const { [name]: killed, ...others } = processes();
      const before = await post(killed as number);
      process.kill(killed as number, 'SIGKILL');
      await untilSaid(stack, `${label} is up again.`);

      const { [name]: replacement, ...othersAfter } = processes();
      expect(replacement).not.toBe(killed);
      expect(othersAfter).toEqual(others);
      await waitFor(async () => (await request('/readyz')).ok);
      const isCompleted = { status: 'completed', processing_status: { completed: rowCount } };
      const after = await post(replacement as number);
      for (const id of [before, after]) {
        await waitFor(async () => ((await batch(id)) as { status: string }).status === 'completed');
        expect(await batch(id)).toMatchObject(isCompleted);
      }
    },
    startTimeoutMs,
  );
});
