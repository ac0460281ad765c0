import { merchantKey } from '../categorization/merchant-key.ts';
import type { TrainingRow } from './train-version.ts';

/** As many rows as one training learns from. */
export interface RowLimits {
  rows: number;
  /** Of one merchant with one category. */
  rowsOfMerchant: number;
}

/**
 * Keeps the newest rows of each merchant and category. Where these are too many in all, it halves what each may have,
 * so that whoever labels all rows of some large merchants doesn't make the others forgotten.
 */
export class NewestOfMerchants {
  readonly #byMerchant = new Map<string, TrainingRow[]>();
  readonly #maxRows: number;
  #rowsOfMerchant: number;
  #rowCount = 0;

  constructor({ rows, rowsOfMerchant }: RowLimits) {
    this.#maxRows = rows;
    this.#rowsOfMerchant = rowsOfMerchant;
  }

  /** Takes rows from the newest to the oldest. The row is only made if there is room for it. */
  add(
    label: Pick<TrainingRow, 'merchantName' | 'description' | 'categoryId'>,
    make: () => TrainingRow,
  ): void {
    const key = `${label.categoryId} ${merchantKey(label)}`;
    const rows = this.#byMerchant.get(key) ?? [];
    if (rows.length >= this.#rowsOfMerchant) return;
    if (rows.length === 0) {
      // With one row each, there are as many merchants as there is room for.
      if (this.#rowCount === this.#maxRows && this.#rowsOfMerchant === 1) return;
      this.#byMerchant.set(key, rows);
    }
    rows.push(make());
    this.#rowCount++;
    while (this.#rowCount > this.#maxRows && this.#rowsOfMerchant > 1) this.#halve();
    if (this.#rowCount > this.#maxRows) this.#deleteOldest();
  }

  #halve(): void {
    this.#rowsOfMerchant = Math.floor(this.#rowsOfMerchant / 2);
    for (const rows of this.#byMerchant.values())
      this.#rowCount -= rows.splice(this.#rowsOfMerchant).length;
  }

  /** The merchant that was added last was labelled before all others. */
  #deleteOldest(): void {
    const oldest = [...this.#byMerchant.keys()].at(-1) as string;
    this.#byMerchant.delete(oldest);
    this.#rowCount--;
  }

  /** By ascending id. */
  rows(): TrainingRow[] {
    return [...this.#byMerchant.values()].flat().sort((a, b) => a.id - b.id);
  }
}
