import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { fromFormulaSafe } from '../../domain/formula-safe.ts';
import { csv, decimal } from './csv.ts';

test('quotes every text, and leaves numbers, amounts and cells of nothing bare', () => {
  expect(csv([['plain', '', null, 12, decimal('-1.50'), '2026-01-31']])).toBe(
    '"plain","",,12,-1.50,"2026-01-31"\r\n',
  );
});

test.each([
  ['x;=1+1', '"x;=1+1"'],
  ['=1+1', `"'=1+1"`],
  ['＝1+1', `"'＝1+1"`],
  [' =1+1', `"' =1+1"`],
  ['"=1+1', '"""=1+1"'],
  ['x\n=1+1', '"x\n=1+1"'],
  ['x\t=1+1', '"x\t=1+1"'],
])('writes %j as %s, which no spreadsheet computes', (text, cell) => {
  expect(csv([[text]])).toBe(`${cell}\r\n`);
});

test.each([',', ';', '\t'])(
  'no text reaches the cell beside it where %j separates',
  (delimiter) => {
    const units = ['"', ';', ',', '\t', '\r', '\n', '=', '＝', '+', '@', "'", ' ', 'x'];
    const text = fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });
    fc.assert(
      fc.property(text, (given) => {
        // What a spreadsheet makes of the file whose separator is another one.
        const [cells] = parse(csv([[given]]), { delimiter }) as string[][];
        expect(cells?.map(fromFormulaSafe)).toEqual([given]);
        expect(cells?.[0]).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
      }),
    );
  },
);

test('every text comes back', () => {
  const row = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      const read = parse(csv(rows), { relax_column_count: true }) as string[][];
      expect(read.map((cells) => cells.map(fromFormulaSafe))).toEqual(rows);
    }),
  );
});

test('refuses an amount that is no number', () => {
  expect(() => decimal('=1+1')).toThrow();
});
