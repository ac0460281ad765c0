import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { inTimeSlices } from '../categorization/in-time-slices.ts';
import { mayLeave } from '../categorization/llm/may-leave.ts';
import { normalizeMerchant } from '../categorization/normalize-merchant.ts';
import {
  countWaitingNames,
  transactionIds,
  type WaitingName,
} from '../db/language-model/count-waiting-names.ts';
import { languageModelMode } from '../db/language-model/language-model-mode.ts';
import {
  type MerchantQuestion,
  notAnswered,
  storeQuestions,
} from '../db/language-model/merchant-questions.ts';
import type { ActivityDependencies, LanguageModelSettings } from './dependencies.ts';

/** Ids looked at in one statement, which takes some 50 ms. */
const idsAtOnce = 50_000;
/** More are not asked about before the next run, which looks again. */
const maxQuestions = 1_000;
/** Bounds the memory: the rest of the merchants is counted in a later run, when these have answers. */
const maxMerchants = 200_000;

/**
 * Looks through the uncategorized queue, the newest rows first, for merchants that stand on enough rows of enough
 * accounts, and were never asked about. Returns how many there are; null without a language model, or while it is off.
 */
export async function findMerchants({
  database,
  languageModel,
}: ActivityDependencies): Promise<number | null> {
  if (languageModel === null || (await languageModelMode(database)) === 'off') return null;
  const ids = await transactionIds(database);
  const found = new Map<string, MerchantQuestion>();
  const counts = new MerchantCounts(languageModel);
  const first = ids?.first ?? 1;
  for (let last = ids?.last ?? 0; last >= first && found.size < maxQuestions; last -= idsAtOnce) {
    cancellationSignal().throwIfAborted();
    const from = Math.max(first, last - idsAtOnce + 1);
    const enough = await counts.add(await countWaitingNames(database, from, last));
    const open = await notAnswered(database, [...enough]);
    for (const merchant of open) found.set(merchant, { merchant, rowCount: 0 });
    heartbeat(last);
  }
  const questions = [...found.keys()].map((merchant) => ({
    merchant,
    rowCount: counts.rowCount(merchant),
  }));
  await storeQuestions(database, questions);
  return questions.length;
}

/** Counts the rows of merchants, and up to a few of their accounts. */
class MerchantCounts {
  readonly #minRows: number;
  readonly #minAccounts: number;
  /** The accounts are few, for which a list takes less memory than a set. */
  readonly #merchants = new Map<string, { rowCount: number; accounts: string[] }>();

  constructor({ minRows, minAccounts }: LanguageModelSettings) {
    this.#minRows = minRows;
    this.#minAccounts = minAccounts;
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
      if (this.#merchants.size >= maxMerchants) return false;
      this.#merchants.set(merchant, counted);
    }
    counted.rowCount += rowCount;
    const { accounts } = counted;
    if (accounts.length < this.#minAccounts && !accounts.includes(accountId))
      accounts.push(accountId);
    return counted.rowCount >= this.#minRows && accounts.length >= this.#minAccounts;
  }
}
