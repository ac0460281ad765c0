import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CategoryIds } from './category-ids.ts';
import { readPatterns } from './read-patterns.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-patterns-'));
  file = path.join(folder, 'patterns.json');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(text: string, categories = new CategoryIds()) {
  await writeFile(file, text);
  return await readPatterns(file, categories);
}

describe('readPatterns', () => {
  it('reads what the console imports', async () => {
    const categories = new CategoryIds();
    const word = { pattern: 'bp', priority: 5, match_mode: 'word' };
    const text = JSON.stringify({
      categories: [
        { name: 'Fuel', color: '#2e7d32', patterns: ['shell', word] },
        { name: 'Pets', patterns: ['vets'] },
      ],
    });
    expect(await read(text, categories)).toEqual([
      { id: 1, categoryId: 1, pattern: 'shell', priority: 0, matchMode: 'contains' },
      { id: 2, categoryId: 1, pattern: 'bp', priority: 5, matchMode: 'word' },
      { id: 3, categoryId: 2, pattern: 'vets', priority: 0, matchMode: 'contains' },
    ]);
    expect(categories.idOf(' FUEL')).toBe(1);
    expect(categories.nameOf(2)).toBe('Pets');
  });

  it('refuses a file that is no JSON', async () => {
    await expect(read('{"categories": [')).rejects.toMatchObject({
      code: 'malformed_json',
      message: expect.stringContaining(`${file} is no file of categories and patterns.`),
    });
  });

  it('names each bad entry', async () => {
    const text = JSON.stringify({ categories: [{ name: 'Fuel', patterns: ['', 7] }] });
    await expect(read(text)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/categories/0/patterns/0' }, { pointer: '/categories/0/patterns/1' }],
    });
  });
});
