import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildSpec, startChild } from './child-process.ts';
import { livingProcesses } from './process-record.ts';

let dataDir: string;
const silent = () => {};

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'child-process-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

/** A process that says "ready" after what the script does first. */
function shell(script: string): ChildSpec {
  return {
    name: 'shell',
    command: 'bash',
    args: ['-c', script],
    dataDir,
    ready: async (log) => log.text().includes('ready'),
    readyTimeoutMs: 10_000,
    graceMs: 10_000,
    log: silent,
  };
}

const untilKilled = 'echo ready; while true; do sleep 0.01; done';
const logOf = () => readFileSync(path.join(dataDir, 'logs', 'shell.log'), 'utf8');
const pid = () => livingProcesses(dataDir)[0]?.pid;

describe('startChild', () => {
  it('gives back a process once it is ready, and stops it', async () => {
    const child = await startChild(shell(untilKilled));
    expect(pid()).toBeDefined();
    await child.stop();
    expect(livingProcesses(dataDir)).toEqual([]);
  });

  it('lets a process finish what it does', async () => {
    const child = await startChild(shell(`trap 'echo drained; exit' TERM; ${untilKilled}`));
    await child.stop();
    expect(logOf()).toBe('ready\ndrained\n');
  });

  it('kills a process that does not end within its grace', async () => {
    const spec = { ...shell(`trap '' TERM; ${untilKilled}`), graceMs: 50 };
    const child = await startChild(spec);
    await child.stop();
    expect(livingProcesses(dataDir)).toEqual([]);
  });

  it('tells why a process ended before it was ready, with the end of its log', async () => {
    await expect(startChild(shell('echo no disk; exit 3'))).rejects.toThrow(
      /^shell ended with exit code 3\. Its log, .*shell\.log, ends:\nno disk$/,
    );
  });

  it('tells that a process was not ready in time, with the end of its log, and stops it', async () => {
    const spec = { ...shell('echo thinking; sleep 60'), readyTimeoutMs: 100 };
    await expect(startChild(spec)).rejects.toThrow(
      /^starting shell took longer than 0\.1 s\. .*ends:\nthinking$/,
    );
    expect(livingProcesses(dataDir)).toEqual([]);
  });

  it('tells that a program does not exist', async () => {
    const spec = { ...shell(''), command: path.join(dataDir, 'missing') };
    await expect(startChild(spec)).rejects.toThrow(/^shell (could not be started|ended with)/);
  });

  it('does not read an earlier run of the process for this one', async () => {
    await (await startChild(shell(untilKilled))).stop();
    await expect(startChild(shell('exit 1'))).rejects.toThrow('exit code 1');
  });
});
