import type { CategorizerName, Opinion, Opinions } from './opinions.ts';

export interface Decision extends Opinion {
  by: CategorizerName;
  /** The confidence is below the minimum. The decision counts, and a person should confirm it. */
  needsReview: boolean;
}

/**
 * Decides among the opinions about one transaction. Returns null if none may decide.
 *
 * Memory comes before patterns, and patterns come before the model. Nothing overrules memory, even below the minimum:
 * whoever corrected a merchant wouldn't understand why the same wrong pattern wins again. A pattern below the minimum
 * gives way to a model that reaches it. If none reaches it, memory or else a pattern decides, and needs review; the
 * model abstains.
 */
export function decideByChain(opinions: Opinions, minConfidence: number): Decision | null {
  const memory = toDecision('memory', opinions, minConfidence);
  const patterns = toDecision('patterns', opinions, minConfidence);
  const model = toDecision('model', opinions, minConfidence);
  const sure = [memory, patterns, model].find((decision) => decision?.needsReview === false);
  if (!sure) return memory ?? patterns;
  return memory !== null && memory.categoryId !== sure.categoryId ? memory : sure;
}

function toDecision(
  by: CategorizerName,
  opinions: Opinions,
  minConfidence: number,
): Decision | null {
  const opinion = opinions[by];
  if (opinion === null) return null;
  const { categoryId, confidence } = opinion;
  return { categoryId, confidence, by, needsReview: confidence < minConfidence };
}
