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
import { loadUnlabelledRows } from '../db/learning/load-unlabelled-rows.ts';
import { maxLabelledRows } from '../domain/training.ts';
import type { TrainingInput, TrainingRow } from './train-version.ts';

/** More say no more about which confidence is needed. */
const maxUnlabelledRows = 20_000;
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
      const rows: TrainingRow[] = [];
      for await (const labels of loadLabelledRows(trx, maxLabelledRows))
        for (const { id, categoryId, labelledAt, ...texts } of labels)
          rows.push({
            ...match(texts),
            id,
            categoryId,
            isLater: live !== null && labelledAt > live.trainedAt,
          });
      return {
        trainedAt: now.rows[0]?.now as Date,
        rows,
        unlabelled: rows.length === 0 ? [] : await loadUnlabelled(trx, match),
        hints: patterns.map(({ pattern, categoryId }) => ({ text: pattern, categoryId })),
        live,
        categories: new KnownCategories(categories, merges),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

async function loadUnlabelled(
  trx: Transaction,
  match: (row: CategorizableTransaction) => MatchedTransaction,
): Promise<MatchedTransaction[]> {
  const unlabelled: MatchedTransaction[] = [];
  let beforeId: number | null = null;
  while (unlabelled.length < maxUnlabelledRows) {
    const page = await loadUnlabelledRows(trx, beforeId, rowsPerFetch);
    for (const row of page) unlabelled.push(match(row));
    beforeId = page.at(-1)?.id ?? null;
    if (page.length < rowsPerFetch) break;
  }
  return unlabelled;
}

/** Copies the beginning of a long text, because a slice would keep the whole text in memory. */
function shorten(text: string | null): string | null {
  if (text === null || text.length <= maxCharacters) return text;
  return Buffer.from(text.slice(0, maxCharacters)).toString();
}
