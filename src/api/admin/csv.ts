import { stringify } from 'csv-stringify/sync';
import { formulaSafe } from '../../domain/formula-safe.ts';

/** An amount as exact text, which spreadsheets read as a number. */
interface Decimal {
  decimal: string;
}

/** Throws for anything but a plain decimal, so that no other text gets into a cell without quotation marks. */
export function decimal(text: string): Decimal {
  if (!/^-?\d+(?:\.\d+)?$/.test(text))
    throw new Error('An amount of a CSV file must be a decimal.');
  return { decimal: text };
}

/** A text, a number, an amount, true or false, or nothing. */
export type CsvCell = string | number | boolean | Decimal | null;

/**
 * Lines of CSV (RFC 4180), each with its line break. Every text is in quotation marks. Otherwise a spreadsheet that
 * separates cells by semicolons would begin a cell, and perhaps a formula, in the middle of a text.
 */
export const csv = (records: readonly (readonly CsvCell[])[]): string =>
  stringify(records as CsvCell[][], {
    record_delimiter: 'windows',
    quoted_string: true,
    cast: {
      string: formulaSafe,
      boolean: String,
      object: (cell) => (cell as unknown as Decimal).decimal,
    },
  });
