import type { CurrentPatterns } from './current-patterns.ts';
import { DatabaseCategorizer } from './database-categorizer.ts';
import type { TransactionCategorizer } from './transaction-categorizer.ts';

/** The categorizers that CATEGORIZER can name; a further one is added here and in config.ts. */
export function createCategorizer(
  name: 'database',
  patterns: CurrentPatterns,
): TransactionCategorizer {
  switch (name) {
    case 'database':
      return new DatabaseCategorizer(patterns);
  }
}
