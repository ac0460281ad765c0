import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { countWaitingNames } from '../db/language-model/count-waiting-names.ts';
import { languageModelMode } from '../db/language-model/language-model-mode.ts';
import {
  type MerchantQuestion,
  notAnswered,
  storeQuestions,
} from '../db/language-model/merchant-questions.ts';
import { idRangeOfTransactions } from '../db/transactions/id-range-of-transactions.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { MerchantCounts } from './merchant-counts.ts';

/** Ids looked at in one statement, which takes some 50 ms. */
const idsAtOnce = 50_000;
/** More are not asked about before the next run, which looks again. */
const maxQuestions = 1_000;
/** Bounds the memory. */
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
  const found = new Map<string, MerchantQuestion>();
  const counts = new MerchantCounts(languageModel, maxMerchants);
  const { first, last: newest } = await idRangeOfTransactions(database);
  for (let last = newest; last >= first && found.size < maxQuestions; last -= idsAtOnce) {
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
