import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CategoryIds } from './category-ids.ts';
import { maxRows, readLabelledRows } from './read-labelled-rows.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-labelled-'));
  file = path.join(folder, 'rows.csv');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(text: string) {
  await writeFile(file, text);
  return await readLabelledRows(file, new CategoryIds());
}

const header = 'merchant_name,description,category\n';

describe('readLabelledRows', () => {
  it('finds its columns in any order and among others', async () => {
    const text =
      '\ufeffid,Category,description,MERCHANT_NAME\r\n7,Fuel,"POS, 0423",SHELL\r\n\r\n8,fuel ,,BP\r\n';
    expect(await read(text)).toEqual({
      rows: [
        { merchantName: 'SHELL', description: 'POS, 0423', categoryId: 1 },
        { merchantName: 'BP', description: null, categoryId: 1 },
      ],
      unlabelled: [],
    });
  });

  it('reads texts as they were before an export made them safe for spreadsheets', async () => {
    const { rows } = await read(`${header}'=BLUE,'+1,Fuel\n`);
    expect(rows).toEqual([{ merchantName: '=BLUE', description: '+1', categoryId: 1 }]);
  });

  it('separates rows without a category', async () => {
    const { rows, unlabelled } = await read(`${header}BLUE,,Fuel\nGREEN,,\nRED,, \n`);
    expect(rows).toHaveLength(1);
    expect(unlabelled.map(({ merchantName }) => merchantName)).toEqual(['GREEN', 'RED']);
  });

  it('names each bad line', async () => {
    const text = [
      `${header}BLUE,,Fuel`,
      `${'x'.repeat(2_001)},a\0b,Fuel`,
      'BLUE,Fuel',
      `BLUE,,${'x'.repeat(101)}`,
      `${'x'.repeat(2_000)},,${'x'.repeat(100)}`,
    ].join('\n');
    await expect(read(text)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `${file} is not valid.`,
      errors: [
        { line: 3, pointer: '/merchant_name', detail: 'must have at most 2000 characters' },
        { line: 3, pointer: '/description', detail: 'must not contain a NUL character' },
        { line: 4, pointer: '', detail: 'has 2 cells, but the header has 3' },
        { line: 5, pointer: '/category', detail: 'must have at most 100 characters' },
      ],
    });
  });

  it.each([
    ['', 'is empty.'],
    ['\n\n', 'is empty.'],
    [header, 'has no row with a category.'],
    [`${header}BLUE,,\n`, 'has no row with a category.'],
    [
      'merchant,description,label\nBLUE,,Fuel\n',
      `has no column "merchant_name". FILE has no column "category". Its columns are: merchant, description, label.`,
    ],
    [
      'merchant_name,description,category,Category\nBLUE,,Fuel,Fuel\n',
      'has the column "category" more than once. Its columns are: merchant_name, description, category, category.',
    ],
    [
      'merchant_name;description;category\nBLUE;;Fuel\n',
      'has no column "merchant_name". FILE has no column "description". FILE has no column "category". Its columns are: merchant_name;description;category.',
    ],
  ])('refuses the file %j', async (text, problem) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `${file} ${problem.replaceAll('FILE', file)}`,
    });
  });

  it('names the line that is no CSV', async () => {
    await expect(read(`${header}BLUE,,Fuel\n"GREEN,,Fuel\n`)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ line: expect.any(Number), detail: expect.stringContaining('cannot be read') }],
    });
  });

  it('takes as many rows as the limit, and refuses one more', async () => {
    const text = header + 'A,,B\n'.repeat(maxRows);
    expect((await read(text)).rows).toHaveLength(maxRows);
    await expect(read(`${text}A,,B\n`)).rejects.toMatchObject({
      code: 'payload_too_large',
      message: `${file} has more than 200,000 rows. Evaluate a random part of them.`,
    });
  });
});
