import type { CostlyMerchant } from '../../domain/learned-evaluation.ts';
import { type CategoryCounts, countCategory, majorityOf } from '../memory/category-counts.ts';
import type { JudgedRow } from './judge-rows.ts';

interface MerchantTally {
  rowCount: number;
  unanswered: CategoryCounts;
  /** By label, how often each wrong answer was given. */
  mistakes: Map<number, CategoryCounts>;
}

/** Returns the merchants with most rows that are answered wrongly or not at all, the costliest first. */
export function costliestMerchants(rows: readonly JudgedRow[], maxCount: number): CostlyMerchant[] {
  const tallies = new Map<string, MerchantTally>();
  for (const { categoryId, merchant, answer } of rows) {
    const tally = tallies.get(merchant) ?? {
      rowCount: 0,
      unanswered: new Map(),
      mistakes: new Map(),
    };
    tallies.set(merchant, tally);
    tally.rowCount++;
    if (answer === null) countCategory(tally.unanswered, categoryId);
    else if (answer.categoryId !== categoryId) {
      const answers = tally.mistakes.get(categoryId) ?? new Map();
      tally.mistakes.set(categoryId, answers);
      countCategory(answers, answer.categoryId);
    }
  }
  return Array.from(tallies, ([merchant, tally]) => toCostlyMerchant(merchant, tally))
    .filter((merchant) => costOf(merchant) > 0)
    .sort((a, b) => costOf(b) - costOf(a) || b.wrongCount - a.wrongCount)
    .slice(0, maxCount);
}

function toCostlyMerchant(
  merchant: string,
  { rowCount, unanswered, mistakes }: MerchantTally,
): CostlyMerchant {
  const missing = majorityOf(unanswered);
  let worst = { count: 0, label: missing?.categoryId ?? 0, answer: null as number | null };
  let wrongCount = 0;
  for (const [label, answers] of mistakes) {
    const usual = majorityOf(answers);
    if (usual === null) continue;
    wrongCount += usual.rowCount;
    if (usual.agreeingCount > worst.count)
      worst = { count: usual.agreeingCount, label, answer: usual.categoryId };
  }
  return {
    merchant,
    rowCount,
    unansweredCount: missing?.rowCount ?? 0,
    wrongCount,
    categoryId: worst.label,
    wrongCategoryId: worst.answer,
  };
}

const costOf = ({ unansweredCount, wrongCount }: CostlyMerchant): number =>
  unansweredCount + wrongCount;
