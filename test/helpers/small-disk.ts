import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  directory: string;
  enlarge(): void;
  remove(): void;
}

/** A disk of its own that is soon full; null where mounting is not allowed. */
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
    enlarge: () => mount('-o', 'remount,size=2g', directory),
    remove() {
      execFileSync('umount', [directory]);
      rmdirSync(directory);
    },
  };
}
