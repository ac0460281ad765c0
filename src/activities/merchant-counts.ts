import { inTimeSlices } from '../categorization/in-time-slices.ts';
import { mayLeave } from '../categorization/llm/may-leave.ts';
import { normalizeMerchant } from '../categorization/normalize-merchant.ts';
import type { WaitingName } from '../db/language-model/count-waiting-names.ts';
import type { LanguageModelSettings } from './dependencies.ts';

/** Counts the rows of merchants, and up to a few of their accounts. */
export class MerchantCounts {
  readonly #minRows: number;
  readonly #minAccounts: number;
  readonly #maxMerchants: number;
  /** The accounts are few, for which a list takes less memory than a set. */
  readonly #merchants = new Map<string, { rowCount: number; accounts: string[] }>();

  /** @param maxMerchants bounds the memory */
  constructor(
    { minRows, minAccounts }: Pick<LanguageModelSettings, 'minRows' | 'minAccounts'>,
    maxMerchants: number,
  ) {
    this.#minRows = minRows;
    this.#minAccounts = minAccounts;
    this.#maxMerchants = maxMerchants;
  }

  rowCount(merchant: string): number {
    return this.#merchants.get(merchant)?.rowCount ?? 0;
  }

  /** Returns the merchants among these that have enough rows and accounts by now. */
  async add(names: readonly WaitingName[]): Promise<Set<string>> {
    const enough = new Set<string>();
    for await (const slice of inTimeSlices(names))
      for (const name of slice) {
        const merchant = normalizeMerchant(name.merchantName);
        if (merchant !== null && mayLeave(merchant) && this.#isEnough(merchant, name))
          enough.add(merchant);
      }
    return enough;
  }

  #isEnough(merchant: string, { accountId, rowCount }: WaitingName): boolean {
    const counted = this.#merchants.get(merchant) ?? { rowCount: 0, accounts: [] };
    if (counted.rowCount === 0) {
      if (this.#merchants.size >= this.#maxMerchants) this.#forgetRare();
      this.#merchants.set(merchant, counted);
    }
    counted.rowCount += rowCount;
    const { accounts } = counted;
    if (accounts.length < this.#minAccounts && !accounts.includes(accountId))
      accounts.push(accountId);
    return counted.rowCount >= this.#minRows && accounts.length >= this.#minAccounts;
  }

  /** Makes room: the half of the merchants with the fewest rows will hardly have enough. */
  #forgetRare(): void {
    const counts = Uint32Array.from(this.#merchants.values(), ({ rowCount }) => rowCount).sort();
    const median = counts[counts.length >> 1] ?? 0;
    for (const [merchant, { rowCount }] of this.#merchants)
      if (rowCount <= median) this.#merchants.delete(merchant);
  }
}
