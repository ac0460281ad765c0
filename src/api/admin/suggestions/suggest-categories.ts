import type { CategorizableTransaction } from '../../../categorization/categorizable-transaction.ts';
import type { CategorizerChain } from '../../../categorization/chain/categorizer-chain.ts';
import type { Explanation } from '../../../categorization/explanation.ts';
import type { Database } from '../../../db/connection/database.ts';
import { listRejected } from '../../../db/suggestions/rejected-suggestions.ts';
import { EventLoopTurns } from '../../event-loop-turns.ts';
import type { SuggestionGroup } from './suggestion-groups.ts';

/** The category that is suggested for a group. */
export interface Suggestion {
  categoryId: number;
  confidence: number;
  /** As rows name the categorizer. */
  source: string;
  explain(): Promise<Explanation | null>;
}

/** Texts of a group that are asked about: its most frequent ones stand for it. */
const maxTexts = 3;

/**
 * Returns for each group the surest opinion that nobody has rejected, or null. Every categorizer is heard, however it
 * takes part, and also below the confidence that it would need to decide: a person looks at the suggestion.
 */
export async function suggestCategories(
  database: Database,
  { knowledge: current, categorizers }: CategorizerChain,
  groups: readonly SuggestionGroup[],
): Promise<(Suggestion | null)[]> {
  const knowledge = await current.get();
  const rejected = await listRejected(
    database,
    groups.map(({ id }) => id),
  );
  const asked: { group: number; transaction: CategorizableTransaction }[] = [];
  const turns = new EventLoopTurns();
  for (const [group, { texts }] of groups.entries()) {
    if (turns.isOver) await turns.next();
    for (const text of frequentTexts(texts))
      asked.push({ group, transaction: toTransaction(text) });
  }
  const best: (Suggestion | null)[] = groups.map(() => null);
  for (const categorizer of categorizers) {
    const opinions = await categorizer.categorize(
      asked.map(({ transaction }) => transaction),
      knowledge,
    );
    for (const [place, { group, transaction }] of asked.entries()) {
      const opinion = opinions[place];
      if (opinion === null || opinion === undefined) continue;
      const categoryId = knowledge.categories.currentId(opinion.categoryId);
      if (categoryId === null) continue;
      const { id } = groups[group] as SuggestionGroup;
      const { confidence } = opinion;
      if (
        confidence <= (best[group]?.confidence ?? 0) ||
        rejected.get(id)?.has(categoryId) === true
      )
        continue;
      best[group] = {
        categoryId,
        confidence,
        source: categorizer.source,
        explain: async () => (await categorizer.explain?.(transaction, knowledge)) ?? null,
      };
    }
  }
  return best;
}

/** The queue does not tell a merchant from a description that takes its place, and nor do most texts. */
const toTransaction = (text: string): CategorizableTransaction => ({
  merchantName: text,
  description: null,
});

/** Each text comes once per currency. */
function frequentTexts(texts: SuggestionGroup['texts']): string[] {
  const counts = new Map<string, number>();
  for (const { text, transactionCount } of texts)
    counts.set(text, (counts.get(text) ?? 0) + transactionCount);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, maxTexts)
    .map(([text]) => text);
}
