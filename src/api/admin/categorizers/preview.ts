import type { CategorizerChain } from '../../../categorization/chain/categorizer-chain.ts';
import { seededRandom } from '../../../categorization/random-order.ts';
import { categoryNames } from '../../../db/categories/category-names.ts';
import type { Database } from '../../../db/connection/database.ts';
import { sampleTransactions } from '../../../db/learning/sample-transactions.ts';
import type { CategorizerSetting } from '../../../domain/categorizer-setting.ts';
import type { CategoryMatch } from '../../../domain/category-match.ts';
import {
  type CategorizerPreviewBody,
  maxExampleCharacters,
  maxExamples,
  maxMoves,
  maxSampledRows,
} from './schema.ts';

/** The same rows are drawn each time, so that two settings can be compared. */
const sampleSeed = 1;

interface Move {
  from: number | null;
  to: number | null;
  count: number;
  examples: Set<string>;
}

/** Lets the categorizers decide about a sample of rows, as they take part now and with another setting of one of them. */
export async function previewCategorizer(
  database: Database,
  chain: CategorizerChain,
  name: string,
  setting: CategorizerSetting,
): Promise<CategorizerPreviewBody> {
  const knowledge = await chain.knowledge.get();
  const changed = { ...knowledge, settings: new Map(knowledge.settings).set(name, setting) };
  const [before, after] = [new Counts(), new Counts()];
  const moves = new Map<string, Move>();
  const sample = sampleTransactions(database, maxSampledRows, seededRandom(sampleSeed));
  for await (const rows of sample) {
    const now = await chain.decideBy(knowledge, rows);
    const then = await chain.decideBy(changed, rows);
    for (const [row, { merchantName, description }] of rows.entries()) {
      const [from, to] = [now.matches[row] ?? null, then.matches[row] ?? null];
      before.add(from);
      after.add(to);
      if (from?.categoryId === to?.categoryId) continue;
      addMove(moves, from?.categoryId ?? null, to?.categoryId ?? null, merchantName ?? description);
    }
  }
  const largest = [...moves.values()].sort((a, b) => b.count - a.count).slice(0, maxMoves);
  const names = await categoryNames(
    database,
    largest.flatMap(({ from, to }) => [from, to]).filter((id) => id !== null),
  );
  const nameOf = (id: number | null) => (id === null ? null : (names.get(id) ?? ''));
  return {
    sampled_count: before.rows,
    before: before.present(),
    after: after.present(),
    moves: largest.map(({ from, to, count, examples }) => ({
      from_category_id: from,
      from: nameOf(from),
      to_category_id: to,
      to: nameOf(to),
      transaction_count: count,
      examples: [...examples],
    })),
  };
}

class Counts {
  rows = 0;
  #categorized = 0;
  #needReview = 0;

  add(match: CategoryMatch | null): void {
    this.rows++;
    if (match !== null) this.#categorized++;
    if (match?.needsReview) this.#needReview++;
  }

  present = () => ({ categorized_count: this.#categorized, needs_review_count: this.#needReview });
}

function addMove(
  moves: Map<string, Move>,
  from: number | null,
  to: number | null,
  text: string | null,
): void {
  const key = `${from} ${to}`;
  const move = moves.get(key) ?? { from, to, count: 0, examples: new Set<string>() };
  move.count++;
  if (text !== null && move.examples.size < maxExamples)
    move.examples.add([...text].slice(0, maxExampleCharacters).join(''));
  moves.set(key, move);
}
