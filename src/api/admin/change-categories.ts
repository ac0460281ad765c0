import type { PatternCache } from '../../cache/pattern-cache.ts';
import type { ReportCache } from '../../cache/report-cache.ts';

/** Runs a change of categories or patterns, and returns its result. */
export type ChangeCategories = <Result>(change: () => Promise<Result>) => Promise<Result>;

/**
 * Every change of categories or patterns goes through here. Once it is committed, the pattern set and all reports are
 * dropped from the cache. They are dropped also when it throws: it may be committed, and only the answer got lost.
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
