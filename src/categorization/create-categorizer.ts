import type { PatternCache } from '../cache/pattern-cache.ts';
import type { Database } from '../db/database.ts';
import { DatabaseCategorizer } from './database-categorizer.ts';
import type { TransactionCategorizer } from './transaction-categorizer.ts';

/** The categorizers that CATEGORIZER can name; a further one is added here and in config.ts. */
export function createCategorizer(
  name: 'database',
  database: Database,
  patterns: PatternCache,
): TransactionCategorizer {
  switch (name) {
    case 'database':
      return new DatabaseCategorizer(database, patterns);
  }
}
