import Router from '@koa/router';
import { explainMatch } from '../../../categorization/explain-match.ts';
import { MatcherWithoutPattern } from '../../../categorization/matcher-without-pattern.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { patternTestSchema } from './match-schema.ts';
import { presentExplanation } from './present-explanation.ts';
import { previewPattern } from './preview.ts';
import { patternPreviewSchema } from './preview-schema.ts';

const base = '/api/admin/category-patterns';

/** Shows the effect of patterns without applying them. */
export function patternEffectRoutes({
  readDatabase,
  allow,
  currentPatterns,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();
  const matcherWithout = new MatcherWithoutPattern();

  router.post(
    `${base}/test`,
    allow('viewer', { holds: 'reads', body: jsonBody() }),
    async (ctx) => {
      const { merchant_name, description } = validate(patternTestSchema, ctx.request.body, 'body');
      const { patterns } = await currentPatterns.load();
      ctx.body = await presentExplanation(
        readDatabase,
        await explainMatch(patterns, merchant_name, description),
      );
    },
  );

  router.post(
    `${base}/preview`,
    allow('viewer', { holds: 'largeReads', body: jsonBody() }),
    async (ctx) => {
      const given = validate(patternPreviewSchema, ctx.request.body, 'body');
      ctx.body = await previewPattern(
        readDatabase,
        await currentPatterns.get(),
        matcherWithout,
        given,
      );
    },
  );

  return router;
}
