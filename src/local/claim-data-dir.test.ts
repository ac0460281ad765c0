import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimDataDir } from './claim-data-dir.ts';
import { livingProcesses, recordProcess } from './processes/process-record.ts';

const silent = () => {};
let dataDir: string;
let other: ChildProcess;
let otherPid: number;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'claim-data-dir-'));
  other = spawn('sleep', ['60']);
  await once(other, 'spawn');
  otherPid = other.pid as number;
});

afterEach(() => {
  other.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

describe('claimDataDir', () => {
  it('refuses a directory on which another start is running', async () => {
    recordProcess(dataDir, 'start', otherPid);
    await expect(claimDataDir(dataDir, silent)).rejects.toThrow(`process ${otherPid}`);
  });

  it('takes over from a start that has ended without handing back', async () => {
    recordProcess(dataDir, 'start', otherPid);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await claimDataDir(dataDir, silent);
    expect(livingProcesses(dataDir)).toMatchObject([{ name: 'start', pid: process.pid }]);
  });

  it('ends what an earlier start left running', async () => {
    recordProcess(dataDir, 'redis', otherPid);
    const ended = once(other, 'exit');
    await claimDataDir(dataDir, silent);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('leaves alone a process that merely has the pid of an earlier one', async () => {
    mkdirSync(path.join(dataDir, 'run'));
    const stale = { name: 'redis', pid: otherPid, startedAt: 'before', stopSignal: 'SIGTERM' };
    writeFileSync(path.join(dataDir, 'run', 'redis.json'), JSON.stringify(stale));
    await claimDataDir(dataDir, silent);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  it('is free again once it was handed back', async () => {
    const release = await claimDataDir(dataDir, silent);
    release();
    expect(livingProcesses(dataDir)).toEqual([]);
  });
});
