import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  directory: string;
  /** Fills the disk. */
  fill(): void;
  enlarge(): void;
  remove(): void;
}

/** Mounts a small disk. Returns null where mounting is not allowed. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const directory = mkdtempSync(path.join(tmpdir(), 'tallyflow-disk-'));
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'pipe' });
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', directory);
  } catch {
    rmdirSync(directory);
    return null;
  }
  return {
    directory,
    fill() {
      const ballast = openSync(path.join(directory, 'ballast'), 'w');
      const block = Buffer.alloc(1024 * 1024);
      try {
        for (;;) writeSync(ballast, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(ballast);
      }
    },
    enlarge: () => mount('-o', 'remount,size=2g', directory),
    remove() {
      execFileSync('umount', [directory]);
      rmdirSync(directory);
    },
  };
}
