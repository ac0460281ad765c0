import Router from '@koa/router';
import { listUncategorizedTexts } from '../../../db/categories/list-uncategorized-texts.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { groupTexts, presentGroup } from './group-texts.ts';
import { type UncategorizedGroupsBody, uncategorizedGroupsQuerySchema } from './schema.ts';

/** Uncategorized transactions by merchant, the largest group first. */
export function uncategorizedGroupRoutes({
  readDatabase,
  allow,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get(
    '/api/admin/uncategorized-groups',
    allow('viewer', { holds: 'largeReads' }),
    async (ctx) => {
      const { limit, q } = validate(uncategorizedGroupsQuerySchema, ctx.query, 'query');
      const wanted = normalizeText(q ?? '');
      const all = await groupTexts(await listUncategorizedTexts(readDatabase));
      const groups = wanted === '' ? all : all.filter(({ name }) => name.includes(wanted));
      const body: UncategorizedGroupsBody = {
        group_count: groups.length,
        transaction_count: groups.reduce((sum, group) => sum + group.transactionCount, 0),
        groups: groups.slice(0, limit).map(presentGroup),
      };
      ctx.body = body;
    },
  );

  return router;
}
