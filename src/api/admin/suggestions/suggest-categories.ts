import type { CategorizableTransaction } from '../../../categorization/categorizable-transaction.ts';
import type { CategorizerOpinion } from '../../../categorization/categorizer-opinion.ts';
import { settingOf } from '../../../categorization/chain/build-chains.ts';
import type { CategorizerChain } from '../../../categorization/chain/categorizer-chain.ts';
import type { Explanation } from '../../../categorization/explanation.ts';
import type { Database } from '../../../db/connection/database.ts';
import { listRejected } from '../../../db/suggestions/rejected-suggestions.ts';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
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
/** A less sure suggestion would be worse than none: one key accepts it. */
const minConfidence = 0.2;

interface AskedText {
  transaction: CategorizableTransaction;
  transactionCount: number;
}

/**
 * Returns for each group the surest suggestion that nobody has rejected, or null. Every categorizer is heard that is not
 * off, also below the confidence that it would need to decide: a person looks at the suggestion.
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
  const asked: AskedText[][] = [];
  const turns = new EventLoopTurns();
  for (const { texts } of groups) {
    if (turns.isOver) await turns.next();
    asked.push(frequentTexts(texts));
  }
  const best: (Suggestion | null)[] = groups.map(() => null);
  for (const categorizer of categorizers) {
    if (settingOf(categorizer, knowledge.settings).mode === 'off') continue;
    const opinions = await categorizer.categorize(
      asked.flat().map(({ transaction }) => transaction),
      knowledge,
    );
    let place = 0;
    for (const [group, { id }] of groups.entries()) {
      if (turns.isOver) await turns.next();
      const texts = asked[group] ?? [];
      const ofGroup = opinions.slice(place, place + texts.length).map((opinion) => {
        const categoryId = opinion && knowledge.categories.currentId(opinion.categoryId);
        return categoryId === null || opinion === null || rejected.get(id)?.has(categoryId)
          ? null
          : { categoryId, confidence: opinion.confidence };
      });
      place += texts.length;
      const found = surest(texts, ofGroup);
      if (found === null || found.confidence <= (best[group]?.confidence ?? minConfidence))
        continue;
      const { categoryId, confidence, transaction } = found;
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

/**
 * The category that one categorizer is surest of for a whole group: as sure as of the least sure text, and less by the
 * share of rows about whose texts it says something else, or nothing.
 */
function surest(
  texts: readonly AskedText[],
  opinions: readonly (CategorizerOpinion | null)[],
): (CategorizerOpinion & { transaction: CategorizableTransaction }) | null {
  const total = texts.reduce((sum, { transactionCount }) => sum + transactionCount, 0);
  const said = texts.flatMap((text, place) => {
    const opinion = opinions[place] ?? null;
    return opinion === null ? [] : [{ ...text, ...opinion }];
  });
  const perCategory = [...Map.groupBy(said, ({ categoryId }) => categoryId).values()].map(
    (same) => {
      const [first] = same as [(typeof same)[number]];
      const share = same.reduce((sum, { transactionCount }) => sum + transactionCount, 0) / total;
      const confidence = share * Math.min(...same.map((each) => each.confidence));
      return { categoryId: first.categoryId, confidence, transaction: first.transaction };
    },
  );
  return perCategory.reduce<(typeof perCategory)[number] | null>(
    (best, each) => (best === null || each.confidence > best.confidence ? each : best),
    null,
  );
}

/** The queue does not tell a merchant from a description that takes its place, and nor do most texts. */
const toTransaction = (text: string): CategorizableTransaction => ({
  merchantName: text,
  description: null,
});

/** Each text comes once per currency. */
function frequentTexts(texts: SuggestionGroup['texts']): AskedText[] {
  const counts = new Map<string, number>();
  for (const { text, transactionCount } of texts)
    counts.set(text, (counts.get(text) ?? 0) + transactionCount);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, maxTexts)
    .map(([text, transactionCount]) => ({ transaction: toTransaction(text), transactionCount }));
}
