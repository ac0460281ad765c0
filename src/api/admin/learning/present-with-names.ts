import { categoryNames } from '../../../db/categories/category-names.ts';
import type { Database } from '../../../db/connection/database.ts';
import type { LearnedEvaluation } from '../../../domain/learned-evaluation.ts';
import { presentEvaluation } from './presenter.ts';
import type { TrainingEvaluationBody } from './schema.ts';

/** Presents an evaluation with the names that its categories have now. */
export async function presentWithNames(
  database: Database,
  evaluation: LearnedEvaluation,
): Promise<TrainingEvaluationBody> {
  const ids = evaluation.categories.map(({ categoryId }) => categoryId);
  return presentEvaluation(evaluation, await categoryNames(database, ids));
}
