import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resetState } from './reset-state.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'reset-state-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

describe('resetState', () => {
  it('deletes databases, logs and secrets', async () => {
    for (const name of ['postgres', 'redis', 'prometheus', 'jaeger', 'logs'])
      mkdirSync(path.join(dataDir, name));
    for (const name of [
      'temporal.db',
      'temporal.db-wal',
      'temporal.db-shm',
      'api-key',
      'postgres-password',
    ]) {
      writeFileSync(path.join(dataDir, name), '');
    }
    await resetState(dataDir);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("leaves what is not the stack's own", async () => {
    mkdirSync(path.join(dataDir, 'bin'));
    writeFileSync(path.join(dataDir, 'notes.txt'), '');
    await resetState(dataDir);
    expect(readdirSync(dataDir)).toEqual(['bin', 'notes.txt']);
  });
});
