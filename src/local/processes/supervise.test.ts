import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startChild } from './child-process.ts';
import { livingProcesses } from './process-record.ts';
import { supervise } from './supervise.ts';
import { waitUntil } from './wait-until.ts';

let dataDir: string;
let messages: string[];
/** What the process does once it has said that it is ready. */
let script: string;

const untilKilled = 'while true; do sleep 0.01; done';

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'supervise-'));
  messages = [];
  script = untilKilled;
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

function startSupervised(restartWaitsMs: number[]) {
  const log = (message: string) => messages.push(message);
  const start = async (signal?: AbortSignal) => ({
    child: await startChild({
      name: 'shell',
      command: 'bash',
      args: ['-c', `echo ready; ${script}`],
      dataDir,
      ready: async (logFile) => logFile.text().includes('ready'),
      readyTimeoutMs: 10_000,
      graceMs: 10_000,
      log,
      signal,
    }),
  });
  return supervise({ name: 'shell', start, log }, restartWaitsMs);
}

const pid = () => livingProcesses(dataDir)[0]?.pid as number;

async function untilSaid(message: RegExp): Promise<void> {
  await waitUntil(async () => messages.some((each) => message.test(each)), {
    what: `waiting for ${message}`,
    timeoutMs: 10_000,
    log: () => {},
  });
}

describe('supervise', () => {
  it('starts a process again that ended by itself, and says so', async () => {
    const supervised = await startSupervised([100]);
    const first = pid();
    process.kill(first, 'SIGKILL');
    await untilSaid(/^shell is up again\.$/);
    expect(messages[0]).toMatch(/^shell ended with SIGKILL.*\nStarting shell again in 0\.1 s\.$/s);
    expect(pid()).not.toBe(first);
    await supervised.stop();
    expect(livingProcesses(dataDir)).toEqual([]);
  });

  it('gives up after the last wait, with the end of the log', async () => {
    const supervised = await startSupervised([1, 2]);
    script = 'echo no disk; exit 3';
    process.kill(pid(), 'SIGKILL');
    const error = await supervised.failed;
    expect(error.message).toMatch(
      /^shell was started again 2 times, and ended each time\. shell ended with exit code 3\..*no disk$/s,
    );
    expect(messages.filter((message) => message.includes('again in'))).toHaveLength(2);
    await supervised.stop();
    expect(livingProcesses(dataDir)).toEqual([]);
  });

  it('does not start it again when it is stopped during the wait', async () => {
    const supervised = await startSupervised([60_000]);
    process.kill(pid(), 'SIGKILL');
    await untilSaid(/again in 60 s/);
    await supervised.stop();
    expect(messages).toHaveLength(1);
    expect(livingProcesses(dataDir)).toEqual([]);
  });
});
