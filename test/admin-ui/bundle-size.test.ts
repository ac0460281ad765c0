import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

const built = path.resolve(import.meta.dirname, '../../dist/admin-ui');

/** Compressed JavaScript, in bytes: what a phone on a slow line can wait for. */
const maxSignInBytes = 350_000;
const maxPageBytes = 700_000;

interface Chunk {
  file: string;
  imports?: string[];
}

// `npm run build` writes it; script/bootstrap builds what has changed.
const manifest = JSON.parse(
  readFileSync(path.join(built, '.vite/manifest.json'), 'utf8'),
) as Record<string, Chunk>;

/** A chunk and everything that it needs at once. */
function withImports(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key]?.imports ?? []) withImports(imported, seen);
  return seen;
}

function compressedBytes(...keys: string[]): number {
  const chunks = new Set(keys.flatMap((key) => [...withImports(key)]));
  const sizes = [...chunks].map(
    (key) => gzipSync(readFileSync(path.join(built, manifest[key]?.file as string))).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const layout = 'layout/console-layout.tsx';
const pages = Object.keys(manifest).filter((key) => key.startsWith('pages/'));

test('the sign-in page has at most 350 kB of JavaScript', () => {
  const bytes = compressedBytes('index.html', 'pages/sign-in/sign-in.tsx');
  expect(bytes).toBeLessThanOrEqual(maxSignInBytes);
});

test('every page is a file of its own', () => {
  expect(pages.length).toBeGreaterThanOrEqual(9);
});

test.each(pages)('%s has at most 700 kB of JavaScript in all', (page) => {
  expect(compressedBytes('index.html', layout, page)).toBeLessThanOrEqual(maxPageBytes);
});
