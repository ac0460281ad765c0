import { stringify } from 'csv-stringify/sync';

/** Lines of CSV (RFC 4180), each with its end. Texts must have been made safe by formulaSafe. */
export const csv = (records: readonly (readonly unknown[])[]): string =>
  // A line feed alone is no end of a record here, and would stand unquoted.
  stringify([...records], { record_delimiter: 'windows', quoted_match: /[\r\n]/ });
