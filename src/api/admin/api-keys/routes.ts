import Router from '@koa/router';
import { listApiKeys } from '../../../db/list-api-keys.ts';
import { ApiKey } from '../../../db/models/api-key.ts';
import { apiKeyPrefix, generateApiKey, hashApiKey } from '../../../domain/api-key.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { presentApiKey } from './presenter.ts';
import { apiKeyListQuery, newApiKeySchema } from './schema.ts';

const base = '/api/admin/api-keys';

export function apiKeyRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, mayAdminister, apiKeys } = admin;
  const router = new Router<ApiState>();

  router.get(base, mayAdminister, async (ctx) => {
    const page = validate(apiKeyListQuery, ctx.query, 'query');
    sendList(ctx, await listApiKeys(database, page), presentApiKey);
  });

  router.get(`${base}/:id`, mayAdminister, async (ctx) => {
    ctx.body = presentApiKey(await findApiKey(ctx.params.id));
  });

  router.post(base, mayAdminister, jsonBody(), async (ctx) => {
    const { name, scopes } = validate(newApiKeySchema, ctx.request.body, 'body');
    const key = generateApiKey();
    const created = await ApiKey.query(database)
      .insert({ name, scopes, prefix: apiKeyPrefix(key), keyHash: hashApiKey(key) })
      .returning('*');
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { ...presentApiKey(created), key };
  });

  /** Revokes: what the key has done still refers to it. A second time changes nothing. */
  router.delete(`${base}/:id`, mayAdminister, async (ctx) => {
    const { id } = await findApiKey(ctx.params.id);
    await ApiKey.query(database)
      .findById(id)
      .whereNull('revokedAt')
      .patch({ revokedAt: new Date() });
    apiKeys.forgetAll();
    ctx.status = 204;
  });

  async function findApiKey(text: string | undefined): Promise<ApiKey> {
    const id = pathId(text);
    const apiKey = id === null ? undefined : await ApiKey.query(database).findById(id);
    if (apiKey === undefined) throw notFound('API key');
    return apiKey;
  }

  return router;
}
