import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { buildGateway } from '../../src/local/build-gateway.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import { findKafka } from '../../src/local/servers/find-kafka.ts';
import {
  printedAccess,
  runStart,
  type Start,
  startCommand,
  startTimeoutMs,
  untilRunning,
} from '../helpers/run-start.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** The gateway is built, and a broker starts again, on a machine that is busy with other suites. */
const timeoutMs = 3 * startTimeoutMs;

let dataDir: string;
let stack: Start;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'tallyflow-start-kafka-'));
  stack = runStart(startCommand('--kafka'), dataDir);
  await untilRunning(stack);
}, timeoutMs);

afterAll(async () => {
  stack.process.kill('SIGTERM');
  await stack.exit;
  rmSync(dataDir, { recursive: true, force: true });
}, timeoutMs);

let count = 0;
/** Posts a batch to the gateway, and waits until the API says that it is processed. */
async function process(): Promise<void> {
  const { url, apiKey } = printedAccess(stack);
  const [, gateway] = /takes the same at (\S+)/.exec(stack.output()) ?? [];
  const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' };
  const transaction = { account_id: 'a', amount: '-1', currency: 'USD', date: '2026-01-31' };
  count += 1;
  const body = JSON.stringify({ transactions: [{ transaction_id: `t-${count}`, ...transaction }] });
  const id = await waitFor(async () => {
    const answer = await fetch(gateway as string, { method: 'POST', headers, body }).catch(
      () => null,
    );
    return answer?.status === 202 && ((await answer.json()) as { batch_id: string }).batch_id;
  }, timeoutMs);
  await waitFor(async () => {
    const answer = await fetch(`${url}/api/integrations/batches/${id}`, { headers });
    return answer.ok && ((await answer.json()) as { status: string }).status === 'completed';
  }, timeoutMs);
}

it('takes a batch at the gateway, and stores and processes it', () => process(), timeoutMs);

it.each(['gateway', 'consumer', 'kafka'])(
  'starts what is killed again: the %s',
  async (name) => {
    const record = livingProcesses(dataDir).find((each) => each.name === name);
    globalThis.process.kill(record?.pid as number, 'SIGKILL');
    await waitFor(async () => {
      const now = livingProcesses(dataDir).find((each) => each.name === name);
      return now !== undefined && now.pid !== record?.pid;
    }, timeoutMs);
    await process();
  },
  timeoutMs,
);

it('says what is missing', async () => {
  const env = { PATH: dataDir, XDG_CACHE_HOME: dataDir };
  expect(() => findKafka(env)).toThrow('script/bootstrap --with-kafka');
  expect(() => findKafka({ ...globalThis.process.env, PATH: dataDir })).toThrow('Java 17');
  await expect(buildGateway({ log: () => {}, env })).rejects.toThrow('go.dev');
});
