import Router from '@koa/router';
import { settingOf } from '../../../categorization/chain/build-chains.ts';
import type { TransactionCategorizer } from '../../../categorization/transaction-categorizer.ts';
import { listCategorizers } from '../../../db/learning/list-categorizers.ts';
import { updateCategorizer } from '../../../db/learning/update-categorizer.ts';
import type { CategorizerSetting } from '../../../domain/categorizer-setting.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { presentCategorizer } from './presenter.ts';
import { previewCategorizer } from './preview.ts';
import { type CategorizerChange, categorizerChangeSchema } from './schema.ts';

const base = '/api/admin/categorizers';

/** How each categorizer takes part, what it has shown, and what another setting would change. */
export function categorizerRoutes({
  config,
  database,
  readDatabase,
  allow,
  chain,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();
  const isConfigured = ({ name }: TransactionCategorizer): boolean =>
    name !== 'llm' || config.LLM_BASE_URL !== undefined;

  router.get(base, allow('viewer'), async (ctx) => {
    const stored = await listCategorizers(readDatabase);
    ctx.body = chain.categorizers.map((each) =>
      presentCategorizer(each, stored, isConfigured(each)),
    );
  });

  router.patch(`${base}/:name`, allow('editor', { body: jsonBody() }), async (ctx) => {
    const categorizer = find(ctx.params.name);
    const change = toSetting(validate(categorizerChangeSchema, ctx.request.body, 'body'));
    // Off is always possible, since earlier answers are kept.
    if (!isConfigured(categorizer) && change.mode !== 'off')
      throw new ApiError(
        'not_configured',
        'No language model is configured. Set LLM_BASE_URL and LLM_MODEL first.',
      );
    const defaults = settingOf(categorizer, new Map());
    await updateCategorizer(database, ctx.state.actor, categorizer.name, change, defaults);
    const stored = await listCategorizers(database);
    ctx.body = presentCategorizer(categorizer, stored, isConfigured(categorizer));
  });

  router.post(
    `${base}/:name/preview`,
    allow('viewer', { holds: 'largeReads', body: jsonBody() }),
    async (ctx) => {
      const categorizer = find(ctx.params.name);
      const change = toSetting(validate(categorizerChangeSchema, ctx.request.body, 'body'));
      const { settings } = await chain.knowledge.get();
      const setting = { ...settingOf(categorizer, settings), ...change };
      ctx.body = await previewCategorizer(readDatabase, chain, categorizer.name, setting);
    },
  );

  function find(name: string | undefined): TransactionCategorizer {
    const found = chain.categorizers.find((each) => each.name === name);
    if (found === undefined) throw notFound('categorizer');
    return found;
  }

  return router;
}

const toSetting = ({ mode, target_precision }: CategorizerChange): Partial<CategorizerSetting> => ({
  ...(mode !== undefined && { mode }),
  ...(target_precision !== undefined && { targetPrecision: target_precision }),
});
