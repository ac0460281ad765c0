import { heartbeat } from '@temporalio/activity';
import type {
  CategorizableTransaction,
  TransactionCategorizer,
} from '../categorization/transaction-categorizer.ts';
import type { CategoryMatch } from '../domain/category-match.ts';

/** Temporal takes an activity for dead that says nothing for ten seconds. */
const heartbeatMs = 2_000;

/**
 * Asks the categorizer, and tells Temporal meanwhile that the activity is alive: after a change of the patterns
 * they are compiled first, which takes some seconds where there are many.
 */
export async function categorize(
  categorizer: TransactionCategorizer,
  rows: readonly CategorizableTransaction[],
): Promise<(CategoryMatch | null)[]> {
  const timer = setInterval(() => heartbeat(), heartbeatMs);
  try {
    return await categorizer.categorize(rows);
  } finally {
    clearInterval(timer);
  }
}
