import { ApiError, type FieldError } from '../../domain/errors.ts';
import { maxFieldErrors, maxJsonDepth } from '../../domain/limits.ts';
import type { NewTransaction } from '../../domain/transaction.ts';
import { isDeeperThan } from '../json-depth.ts';
import { fieldErrors } from '../validate.ts';
import { readPlainRow } from './read-plain-row.ts';
import { transactionSchema } from './schema.ts';

/** Validates rows one after the other, and remembers the first errors and the count of all. */
export class RowReader {
  count = 0;
  #errors: FieldError[] = [];
  #errorCount = 0;

  get isBad(): boolean {
    return this.#errorCount > 0;
  }

  read(row: unknown, line?: number): NewTransaction | null {
    const index = this.count++;
    const plain = readPlainRow(row);
    if (plain !== null) return plain;
    const result = transactionSchema.safeParse(row);
    if (result.success) return result.data;
    for (const error of fieldErrors(result.error, ['transactions', index])) this.#add(error, line);
    return null;
  }

  readLine(text: string, line: number): NewTransaction | null {
    if (isDeeperThan(text, maxJsonDepth)) {
      const detail = `must not nest deeper than ${maxJsonDepth} levels`;
      this.#add({ pointer: `/transactions/${this.count++}`, detail }, line);
      return null;
    }
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch {
      this.#add({ pointer: `/transactions/${this.count++}`, detail: 'is not valid JSON' }, line);
      return null;
    }
    return this.read(row, line);
  }

  throwIfBad(): void {
    if (!this.isBad) return;
    throw new ApiError('invalid_request', 'Some transactions are not valid. Nothing was stored.', {
      errors: this.#errors,
      errorCount: this.#errorCount,
    });
  }

  #add(error: FieldError, line: number | undefined): void {
    this.#errorCount++;
    if (this.#errors.length < maxFieldErrors)
      this.#errors.push(line === undefined ? error : { ...error, line });
  }
}
