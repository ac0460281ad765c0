import type { Cache } from '../../src/cache/cache.ts';
import { PatternCache } from '../../src/cache/pattern-cache.ts';
import { CategorizerChain } from '../../src/categorization/chain/categorizer-chain.ts';
import { CurrentKnowledge } from '../../src/categorization/current-knowledge.ts';
import { CurrentPatterns } from '../../src/categorization/current-patterns.ts';
import type { TransactionCategorizer } from '../../src/categorization/transaction-categorizer.ts';
import type { Database } from '../../src/db/connection/database.ts';

/** The chain of categorizers as a worker has it. */
export function createTestChain(
  database: Database,
  cache: Cache,
  categorizers?: readonly TransactionCategorizer[],
): CategorizerChain {
  const patterns = new CurrentPatterns(database, new PatternCache(cache));
  const knowledge = new CurrentKnowledge(database, patterns, (error) => {
    throw error;
  });
  return new CategorizerChain(knowledge, categorizers);
}
