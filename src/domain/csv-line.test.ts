import { expect, test } from '@jest/globals';
import { csvLine } from './csv-line.ts';

test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx', '-', '+44'])('%j is no formula', (text) => {
  expect(csvLine([text])).toBe(`'${text}\r\n`);
});

test('a carriage return in front is no formula either, and is quoted', () => {
  expect(csvLine(['\r=1'])).toBe(`"'\r=1"\r\n`);
});

test.each(['-12.34', '-5', '0.00', '12'])('the number %s stays as it is', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`);
});

test('quotes what would break the line, and leaves nothing for null', () => {
  expect(csvLine(['a,b', 'say "x"', 'two\nlines', null, 3, 'é 店'])).toBe(
    '"a,b","say ""x""","two\nlines",,3,é 店\r\n',
  );
});
