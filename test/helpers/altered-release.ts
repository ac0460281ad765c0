import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../src/local/settings.ts';

const run = promisify(execFile);

export interface Alteration {
  file: string;
  find: string;
  replace: string;
}

/** Builds another release of the program in a directory of its own: a copy of this one with some places altered. */
export async function alteredRelease(
  alterations: Alteration[],
): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tallyflow-release-'));
  for (const name of ['src', 'contract', 'migrations', 'package.json'])
    await cp(path.join(checkout, name), path.join(directory, name), { recursive: true });
  await symlink(path.join(checkout, 'node_modules'), path.join(directory, 'node_modules'));
  for (const { file, find, replace } of alterations) {
    const target = path.join(directory, file);
    const source = await readFile(target, 'utf8');
    assert.ok(source.includes(find), `${file} has no "${find}" any more`);
    await writeFile(
      target,
      source.replace(find, () => replace),
    );
  }
  await run(process.execPath, [path.join(directory, 'src/workflows/bundle.ts')]);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
