import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

interface Chunk {
  file: string;
  imports?: string[];
}

const root = path.resolve('dist/admin-ui');
const manifest: Record<string, Chunk> = JSON.parse(
  readFileSync(path.join(root, '.vite/manifest.json'), 'utf8'),
);

/** Bytes of compressed script that a page needs: its own, and what that imports. */
function scriptBytes(entries: string[]): number {
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const imported of manifest[name]?.imports ?? []) add(imported);
  };
  for (const entry of entries) add(entry);
  return [...needed]
    .map((name) => (manifest[name] as Chunk).file)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(path.join(root, `${file}.gz`)).size, 0);
}

test('the sign-in page needs at most 350 kB', () => {
  expect(scriptBytes(['index.html', 'pages/sign-in.tsx'])).toBeLessThan(350_000);
});

test.each(Object.keys(manifest).filter((name) => name.startsWith('pages/')))(
  '%s needs at most 700 kB',
  (page) => {
    expect(scriptBytes(['index.html', 'components/frame.tsx', page])).toBeLessThan(700_000);
  },
);
