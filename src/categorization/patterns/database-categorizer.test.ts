import { expect, it } from '@jest/globals';
import { KnownCategories } from '../known-categories.ts';
import { DatabaseCategorizer } from './database-categorizer.ts';
import { compilePatterns } from './pattern-matcher.ts';

it('lets other work run while it looks at the longest texts', async () => {
  const patterns = [
    { id: 1, categoryId: 1, pattern: 'uber', priority: 0, matchMode: 'contains' as const },
  ];
  const knowledge = {
    settings: new Map(),
    learned: null,
    categories: new KnownCategories([], []),
    patterns: async () => ({ version: 1, patterns, matcher: compilePatterns(patterns) }),
    merchantAnswers: null,
  };
  // Normalising makes each eighteen times as long.
  const transactions = Array.from({ length: 300 }, (_, row) => ({
    merchantName: `${row}${'ﷺ'.repeat(1_900)}`,
    description: null,
  }));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await new DatabaseCategorizer().categorize(transactions, knowledge);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});
