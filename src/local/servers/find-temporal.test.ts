import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findTemporal, temporalVersion } from './find-temporal.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'find-temporal-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function executable(relativePath: string): string {
  const file = path.join(root, relativePath);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

const inDataDir = 'data/bin/temporal';
const inCache = `cache/tallyflow/temporal-${temporalVersion}/temporal`;

function find(temporalCli?: string): string | undefined {
  const env = { PATH: path.join(root, 'path'), XDG_CACHE_HOME: path.join(root, 'cache') };
  return findTemporal({ temporalCli, dataDir: path.join(root, 'data'), env });
}

describe('findTemporal', () => {
  it('finds nothing where there is none', () => {
    expect(find()).toBeUndefined();
  });

  it('finds the one that was built or downloaded once for the user', () => {
    const cached = executable(inCache);
    expect(find()).toBe(cached);
  });

  it('prefers the one in the data directory to the cache', () => {
    executable(inCache);
    const own = executable(inDataDir);
    expect(find()).toBe(own);
  });

  it('prefers the PATH to the data directory', () => {
    executable(inDataDir);
    const installed = executable('path/temporal');
    expect(find()).toBe(installed);
  });

  it('prefers TEMPORAL_CLI to the PATH', () => {
    executable('path/temporal');
    const chosen = executable('anywhere/temporal-cli');
    expect(find(chosen)).toBe(chosen);
  });

  it('refuses a TEMPORAL_CLI that cannot be run, instead of passing over it', () => {
    executable('path/temporal');
    const missing = path.join(root, 'missing');
    expect(() => find(missing)).toThrow(`TEMPORAL_CLI names ${missing}`);
  });

  it('passes over a file that is not executable', () => {
    chmodSync(executable('path/temporal'), 0o644);
    const cached = executable(inCache);
    expect(find()).toBe(cached);
  });
});
