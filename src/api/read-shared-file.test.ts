import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readSharedFile } from './read-shared-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('all who read a file share its bytes, until it is written again', async () => {
  const file = path.join(folder, 'a.js');
  await writeFile(file, 'one');
  const first = await readSharedFile(file);
  expect(first?.bytes.toString()).toBe('one');
  expect((await readSharedFile(file))?.bytes).toBe(first?.bytes);
  await writeFile(file, 'another');
  expect((await readSharedFile(file))?.bytes.toString()).toBe('another');
});

test('there is none for what is missing, and for a folder', async () => {
  expect(await readSharedFile(path.join(folder, 'missing.js'))).toBeNull();
  expect(await readSharedFile(folder)).toBeNull();
});
