import type { NewTransaction } from '../../domain/transaction.ts';
import { checkRowCount, tooManyRows } from '../../ingestion/row-limits.ts';
import { RowValidator } from '../../ingestion/row-validator.ts';
import type { Line } from './split-lines.ts';

/** Rows of a stream that are held in memory at once, and go into one COPY. */
const rowsPerPart = 10_000;

/**
 * Reads an NDJSON body, one transaction a line, in parts of bounded size. After the first bad row no
 * more parts come, but the rest is still checked, and the end throws an ApiError that names every bad row.
 */
export async function* readNdjsonParts(
  lines: AsyncIterable<Line>,
  maxRows: number,
  expectedRows: number | null,
  accountPrefixes: readonly string[],
): AsyncGenerator<NewTransaction[]> {
  const validator = new RowValidator(accountPrefixes);
  let part: NewTransaction[] = [];
  for await (const { text, line } of lines) {
    if (validator.count === maxRows) throw tooManyRows(maxRows);
    const transaction = validator.validateLine(text, line);
    if (transaction === null || validator.isBad) continue;
    part.push(transaction);
    if (part.length < rowsPerPart) continue;
    yield part;
    part = [];
  }
  validator.throwIfInvalid();
  checkRowCount(validator.count, expectedRows);
  validator.throwIfNotAllowed();
  if (part.length > 0) yield part;
}
