import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { inTimeSlices } from '../categorization/in-time-slices.ts';
import { normalizeMerchant } from '../categorization/normalize-merchant.ts';
import { applyDecisions, loadQueued } from '../db/language-model/apply-decisions.ts';
import { languageModelMode } from '../db/language-model/language-model-mode.ts';
import { markApplied, waitingAnswers } from '../db/language-model/waiting-answers.ts';
import { idRangeOfTransactions } from '../db/transactions/id-range-of-transactions.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Ids looked at in one transaction. Few of their rows are of a merchant that was just answered, so locks are short. */
const idsPerTransaction = 5_000;
/** Well below the heartbeat timeout. */
const heartbeatPauseMs = 2_000;

/**
 * Gives rows of the uncategorized queue the new answers, while the language model is on. The whole chain decides, but
 * only what it leaves to the language model is written: nobody asked for patterns to be applied to old rows. Returns the
 * number of rows.
 */
export async function applyAnswers({
  database,
  chain,
  reports,
}: ActivityDependencies): Promise<number> {
  // A step may wait for locks, as long as a category is being removed.
  const timer = setInterval(heartbeat, heartbeatPauseMs);
  try {
    // An attempt that was killed may have written rows without dropping the reports of their accounts.
    if (activityInfo().attempt > 1) await reports.dropAll();
    const merchants = new Set(await waitingAnswers(database));
    if (merchants.size === 0) return 0;
    const ids = await idRangeOfTransactions(database);
    let changedCount = 0;
    for (let firstId = ids.first; firstId <= ids.last; firstId += idsPerTransaction) {
      cancellationSignal().throwIfAborted();
      if ((await languageModelMode(database)) !== 'on') return changedCount;
      const rows = [];
      const queued = await loadQueued(database, firstId, firstId + idsPerTransaction - 1);
      for await (const slice of inTimeSlices(queued))
        rows.push(
          ...slice.filter(({ merchantName }) =>
            merchants.has(normalizeMerchant(merchantName) ?? ''),
          ),
        );
      const { matches } = await chain.decide(rows);
      const decisions = rows.flatMap(({ id }, index) => {
        const match = matches[index];
        return match?.source === 'llm' ? [{ id, match }] : [];
      });
      if (decisions.length > 0)
        await reports.dropAccounts(await applyDecisions(database, decisions));
      changedCount += decisions.length;
    }
    await markApplied(database, [...merchants]);
    return changedCount;
  } finally {
    clearInterval(timer);
  }
}
