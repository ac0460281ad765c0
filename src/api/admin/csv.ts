import { stringify } from 'csv-stringify/sync';
import { formulaSafe } from '../../domain/formula-safe.ts';

/** An amount, exact as text, which a spreadsheet is to read as a number. */
interface Decimal {
  decimal: string;
}

/** Throws for anything but plain digits, so that no text gets into a cell without quotation marks. */
export function decimal(text: string): Decimal {
  if (!/^-?\d+(?:\.\d+)?$/.test(text))
    throw new Error('An amount of a CSV file must be a decimal.');
  return { decimal: text };
}

/** A text, a number, an amount, or nothing. */
export type CsvCell = string | number | Decimal | null;

/**
 * Lines of CSV (RFC 4180), each with its end. Every text stands in quotation marks: a spreadsheet whose
 * separator is the semicolon would otherwise begin a cell, and perhaps a formula, in the middle of it.
 */
export const csv = (records: readonly (readonly CsvCell[])[]): string =>
  stringify(records as CsvCell[][], {
    record_delimiter: 'windows',
    quoted_string: true,
    cast: { string: formulaSafe, object: (cell) => (cell as unknown as Decimal).decimal },
  });
