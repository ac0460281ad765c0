import Router from '@koa/router';
import {
  type EvaluatedDecisions,
  evaluateDecisions,
} from '../../../categorization/evaluation/evaluate-decisions.ts';
import { categoryNames } from '../../../db/categories/category-names.ts';
import type { Database } from '../../../db/connection/database.ts';
import { listConfirmedDecisions } from '../../../db/learning/list-confirmed-decisions.ts';
import { findEvaluatedVersion } from '../../../db/learning/list-learned-versions.ts';
import { listSampledDecisions } from '../../../db/learning/list-sampled-decisions.ts';
import { listShadowDecisions } from '../../../db/learning/list-shadow-decisions.ts';
import { notFound } from '../../../domain/errors.ts';
import type { CoverageAndPrecision } from '../../../domain/learned-evaluation.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { presentEvaluation, presentFigures } from './presenter.ts';
import { evaluationQuery, type LearningEvaluationBody } from './schema.ts';

/** How right the categorizers are: estimated by a training, and seen since. */
export function evaluationRoutes({ readDatabase, allow }: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();
  router.get(
    '/api/admin/learning/evaluation',
    allow('viewer', { holds: 'largeReads' }),
    async (ctx) => {
      const { version } = validate(evaluationQuery, ctx.query, 'query');
      const body = await evaluate(readDatabase, version === undefined ? null : Number(version));
      if (body === null) throw notFound('version');
      ctx.body = body;
    },
  );
  return router;
}

/** Returns null for a version that does not exist. */
async function evaluate(
  database: Database,
  id: number | null,
): Promise<LearningEvaluationBody | null> {
  const version = await findEvaluatedVersion(database, id);
  if (version === null && id !== null) return null;
  const prospective = await evaluateDecisions(
    await listConfirmedDecisions(database),
    await listSampledDecisions(database),
  );
  const shadow = await listShadowDecisions(database);
  const evaluation = version?.evaluation ?? null;
  const names = await categoryNames(database, [
    ...(evaluation?.categories ?? []).map(({ categoryId }) => categoryId),
    ...prospective.byCategory.keys(),
  ]);
  return {
    version: version?.id ?? null,
    trained_at: version?.trainedAt.toISOString() ?? null,
    labelled_row_count: version?.labelledRowCount ?? null,
    merchant_count: version?.merchantCount ?? null,
    ...presentEvaluation(evaluation, names),
    prospective: presentProspective(prospective, names),
    shadow: shadow.map((each) => ({
      categorizer: each.categorizer,
      from_category_id: each.fromCategoryId,
      from: each.from,
      to_category_id: each.toCategoryId,
      to: each.to,
      row_count: each.rowCount,
    })),
  };
}

function presentProspective(
  { sampled, all, byCategory }: EvaluatedDecisions,
  names: ReadonlyMap<number, string>,
): LearningEvaluationBody['prospective'] {
  const bySource = (figures: Map<string, CoverageAndPrecision>) =>
    Array.from(figures, ([source, each]) => ({ source, ...presentFigures(each) }));
  return {
    sampled: bySource(sampled),
    all: bySource(all),
    by_category: Array.from(byCategory, ([id, figures]) => ({
      category_id: id,
      category: names.get(id) ?? null,
      ...presentFigures(figures),
    })),
  };
}
