/** How many rows have each category, by its id. */
export type CategoryCounts = Map<number, number>;

export function countCategory(counts: CategoryCounts, categoryId: number): void {
  counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1);
}

export interface Majority {
  categoryId: number;
  /** Rows of this category. */
  agreeingCount: number;
  /** Rows of all categories. */
  rowCount: number;
}

/**
 * Returns the category of most rows, or null if there are no rows. Of equally frequent ones it takes the lowest id,
 * so that the same labels always give the same answer.
 */
export function majorityOf(counts: CategoryCounts): Majority | null {
  let best: Majority | null = null;
  let rowCount = 0;
  for (const [categoryId, agreeingCount] of counts) {
    rowCount += agreeingCount;
    if (
      best === null ||
      agreeingCount > best.agreeingCount ||
      (agreeingCount === best.agreeingCount && categoryId < best.categoryId)
    )
      best = { categoryId, agreeingCount, rowCount: 0 };
  }
  return best && { ...best, rowCount };
}
