import type { CategorizableTransaction } from '../categorization/categorizable-transaction.ts';
import type { MatchedTransaction } from '../categorization/chain/collect-opinions.ts';
import { KnownCategories } from '../categorization/known-categories.ts';
import { findMatchedPattern } from '../categorization/patterns/matched-pattern.ts';
import { compilePatterns } from '../categorization/patterns/pattern-matcher.ts';
import { loadPatternSet } from '../db/categories/pattern-set.ts';
import type { Database, Transaction } from '../db/connection/database.ts';
import { loadChainState } from '../db/learning/chain-state.ts';
import { loadLiveVersion } from '../db/learning/live-version.ts';
import { loadLabelledRows } from '../db/learning/load-labelled-rows.ts';
import { loadNewestRows } from '../db/learning/load-newest-rows.ts';
import { maxLabelledRows, maxLabelsRead, maxRowsOfMerchant } from '../domain/training.ts';
import { NewestOfMerchants } from './newest-of-merchants.ts';
import type { TrainingInput } from './train-version.ts';

/** More say no more about which confidence is needed. */
const maxNewestRows = 20_000;
/** Rows fetched at once: at most some megabytes of texts. */
const rowsPerFetch = 1_000;
/** Memory and model look at no more of a text. */
const maxCharacters = 200;

/** Reads everything that a training learns from, as it was at one moment. */
export async function loadTrainingInput(database: Database): Promise<TrainingInput> {
  const { patterns } = await loadPatternSet(database);
  const matcher = compilePatterns(patterns);
  const match = (row: CategorizableTransaction): MatchedTransaction => ({
    merchantName: shorten(row.merchantName),
    description: shorten(row.description),
    // Patterns are matched against whole texts.
    match: findMatchedPattern(matcher, row),
  });
  return await database.transaction(
    async (trx) => {
      const now = await trx.raw<{ rows: { now: Date }[] }>('SELECT now()');
      const live = await loadLiveVersion(trx);
      const { categories, merges } = await loadChainState(trx);
      const newest = await loadNewest(trx, match);
      const kept = new NewestOfMerchants({
        rows: maxLabelledRows,
        rowsOfMerchant: maxRowsOfMerchant,
      });
      for await (const labels of loadLabelledRows(trx, maxLabelsRead))
        for (const label of labels)
          kept.add(label, () => ({
            ...match(label),
            id: label.id,
            categoryId: label.categoryId,
            labelledAt: label.labelledAt,
            isUnseen: label.isUnseen,
            isOld: !newest.has(label.id),
          }));
      const rows = kept.rows();
      for (const { id } of rows) newest.delete(id);
      return {
        trainedAt: now.rows[0]?.now as Date,
        rows,
        unlabelled: [...newest.values()],
        hints: patterns.map(({ pattern, categoryId }) => ({ text: pattern, categoryId })),
        live,
        categories: new KnownCategories(categories, merges),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

async function loadNewest(
  trx: Transaction,
  match: (row: CategorizableTransaction) => MatchedTransaction,
): Promise<Map<number, MatchedTransaction>> {
  const newest = new Map<number, MatchedTransaction>();
  let beforeId: number | null = null;
  while (newest.size < maxNewestRows) {
    const page = await loadNewestRows(trx, beforeId, rowsPerFetch);
    for (const row of page) newest.set(row.id, match(row));
    beforeId = page.at(-1)?.id ?? null;
    if (page.length < rowsPerFetch) break;
  }
  return newest;
}

/** Copies the beginning of a long text, because a slice would keep the whole text in memory. */
function shorten(text: string | null): string | null {
  if (text === null || text.length <= maxCharacters) return text;
  return Buffer.from(text.slice(0, maxCharacters)).toString();
}
