import { mayUseAccount } from '../domain/account-prefixes.ts';
import { maxJsonDepth } from '../domain/limits.ts';
import type { NewTransaction } from '../domain/transaction.ts';
import { ErrorCollector } from './error-collector.ts';
import { fieldErrors } from './field-errors.ts';
import { isDeeperThan } from './json-depth.ts';
import { transactionSchema } from './transaction-schema.ts';
import { validatePlainRow } from './validate-plain-row.ts';

/**
 * Validates rows one after the other, and checks that the key may use their accounts. Remembers the first errors
 * and the count of all. Invalid rows are reported first, since their sender has to correct them anyway.
 */
export class RowValidator {
  count = 0;
  readonly #accountPrefixes: readonly string[];
  readonly #invalid = new ErrorCollector();
  readonly #notAllowed = new ErrorCollector();

  /** `accountPrefixes` are those of the key, as sortPrefixes() orders them. */
  constructor(accountPrefixes: readonly string[]) {
    this.#accountPrefixes = accountPrefixes;
  }

  get isBad(): boolean {
    return this.#invalid.count > 0 || this.#notAllowed.count > 0;
  }

  validate(row: unknown, line?: number): NewTransaction | null {
    const index = this.count++;
    const transaction = validatePlainRow(row) ?? this.#validateBySchema(row, index, line);
    if (transaction !== null && !mayUseAccount(this.#accountPrefixes, transaction.accountId)) {
      const pointer = `/transactions/${index}/account_id`;
      this.#notAllowed.add({ pointer, detail: 'is not an account of this API key' }, line);
      return null;
    }
    return transaction;
  }

  validateLine(text: string, line: number): NewTransaction | null {
    if (isDeeperThan(text, maxJsonDepth)) {
      const detail = `must not nest deeper than ${maxJsonDepth} levels`;
      this.#invalid.add({ pointer: `/transactions/${this.count++}`, detail }, line);
      return null;
    }
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch {
      const detail = 'is not valid JSON';
      this.#invalid.add({ pointer: `/transactions/${this.count++}`, detail }, line);
      return null;
    }
    return this.validate(row, line);
  }

  throwIfInvalid(): void {
    this.#invalid.throwAs(
      'invalid_request',
      'Some transactions are not valid. Nothing was stored.',
    );
  }

  throwIfNotAllowed(): void {
    this.#notAllowed.throwAs(
      'account_not_allowed',
      'Some transactions are of accounts that this API key is not for. Nothing was stored.',
    );
  }

  #validateBySchema(row: unknown, index: number, line: number | undefined): NewTransaction | null {
    const result = transactionSchema.safeParse(row);
    if (result.success) return result.data;
    for (const error of fieldErrors(result.error, ['transactions', index]))
      this.#invalid.add(error, line);
    return null;
  }
}
