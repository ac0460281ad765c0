import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { inTimeSlices } from '../categorization/in-time-slices.ts';
import { statedTenth } from '../categorization/llm/corrected-confidence.ts';
import { normalizeMerchant } from '../categorization/normalize-merchant.ts';
import {
  countRejectedAnswers,
  loadLabelledNames,
  replaceEvidence,
} from '../db/language-model/language-model-evidence.ts';
import { findAnswers } from '../db/language-model/merchant-answers.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Labels read at once: some 50 ms of work. */
const rowsAtOnce = 5_000;
/** The newest labels are not more telling than these. */
const maxMerchants = 100_000;

/**
 * Compares the answers with what people said, merchant by merchant: an answer is right if most rows of the merchant that
 * were set by hand have its category, and wrong if somebody rejected it. Returns how many answers there is evidence about.
 */
export async function countLanguageModelEvidence({
  database,
}: ActivityDependencies): Promise<number> {
  /** How many rows of each merchant have each category. */
  const labels = new Map<string, Map<number, number>>();
  for (let nextId = 0; ; ) {
    cancellationSignal().throwIfAborted();
    const rows = await loadLabelledNames(database, nextId, rowsAtOnce);
    for await (const slice of inTimeSlices(rows))
      for (const { merchantName, categoryId } of slice) {
        const merchant = normalizeMerchant(merchantName);
        if (merchant === null) continue;
        const counts = labels.get(merchant) ?? new Map<number, number>();
        if (counts.size === 0) {
          if (labels.size >= maxMerchants) continue;
          labels.set(merchant, counts);
        }
        counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1);
      }
    const last = rows.at(-1);
    if (last === undefined) break;
    nextId = last.transactionId + 1;
    heartbeat(nextId);
  }

  const rejected = await countRejectedAnswers(database);
  const tenths = new Map(
    rejected.map(({ statedTenth: tenth, ...counts }) => [tenth, counts] as const),
  );
  const merchants = [...labels.keys()];
  for (let start = 0; start < merchants.length; start += rowsAtOnce) {
    const answers = await findAnswers(database, merchants.slice(start, start + rowsAtOnce));
    for (const { merchant, categoryId, confidence } of answers.values()) {
      const counts = [...(labels.get(merchant) ?? [])].sort((a, b) => b[1] - a[1]);
      const evidence = tenths.get(statedTenth(confidence)) ?? { answerCount: 0, rightCount: 0 };
      evidence.answerCount++;
      if (counts[0]?.[0] === categoryId) evidence.rightCount++;
      tenths.set(statedTenth(confidence), evidence);
    }
    heartbeat(start);
  }
  await replaceEvidence(
    database,
    [...tenths].map(([tenth, counts]) => ({ statedTenth: tenth, ...counts })),
  );
  return [...tenths.values()].reduce((sum, { answerCount }) => sum + answerCount, 0);
}
