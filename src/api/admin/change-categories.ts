import type { PatternCache } from '../../cache/pattern-cache.ts';
import type { ReportCache } from '../../cache/report-cache.ts';

/** Does something that changes categories or patterns, and returns what it returns. */
export type ChangeCategories = <Result>(change: () => Promise<Result>) => Promise<Result>;

/**
 * Every change of categories or patterns goes through here: once it is committed, the pattern set
 * and all reports leave the cache. Also when it throws, because a commit whose answer got lost on
 * the way is a commit.
 */
export function createChangeCategories(
  patterns: PatternCache,
  reports: ReportCache,
): ChangeCategories {
  return async (change) => {
    try {
      return await change();
    } finally {
      await Promise.all([patterns.drop(), reports.dropAll()]);
    }
  };
}
