import Router from '@koa/router';
import { listApiKeys } from '../../../db/list-api-keys.ts';
import { ApiKey } from '../../../db/models/api-key.ts';
import { recordChange } from '../../../db/record-change.ts';
import { apiKeyPrefix, generateApiKey, hashApiKey } from '../../../domain/api-key.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { maxLiveApiKeys } from '../../../domain/limits.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { presentApiKey } from './presenter.ts';
import { apiKeyListQuery, newApiKeySchema } from './schema.ts';

const resource = 'api-keys';
const base = `/api/admin/${resource}`;

export function apiKeyRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, allow, apiKeys } = admin;
  const router = new Router<ApiState>();

  router.get(base, allow('admin'), async (ctx) => {
    const page = validate(apiKeyListQuery, ctx.query, 'query');
    sendList(ctx, await listApiKeys(readDatabase, page), presentApiKey);
  });

  router.get(`${base}/:id`, allow('admin'), async (ctx) => {
    ctx.body = presentApiKey(await findApiKey(ctx.params.id));
  });

  router.post(base, allow('admin'), jsonBody(), async (ctx) => {
    const { name, scopes } = validate(newApiKeySchema, ctx.request.body, 'body');
    const key = generateApiKey();
    const created = await database.transaction(async (trx) => {
      const liveCount = await ApiKey.query(trx).whereNull('revokedAt').resultSize();
      if (liveCount >= maxLiveApiKeys) {
        throw new ApiError(
          'conflict',
          `${maxLiveApiKeys} keys are live already; revoke one first.`,
        );
      }
      const apiKey = await ApiKey.query(trx)
        .insert({ name, scopes, prefix: apiKeyPrefix(key), keyHash: hashApiKey(key) })
        .returning('*');
      const after = presentApiKey(apiKey);
      await recordChange(trx, ctx.state.actor, {
        action: 'create',
        resource,
        resourceId: apiKey.id,
        after,
      });
      return after;
    });
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.body = { ...created, key };
  });

  /** Revokes: what the key has done still refers to it. A second time changes nothing. */
  router.delete(`${base}/:id`, allow('admin'), async (ctx) => {
    const before = await findApiKey(ctx.params.id);
    await database.transaction(async (trx) => {
      const revoked = await ApiKey.query(trx)
        .findById(before.id)
        .whereNull('revokedAt')
        .patch({ revokedAt: new Date() });
      if (revoked === 0) return;
      const change = { action: 'revoke', resource, resourceId: before.id } as const;
      await recordChange(trx, ctx.state.actor, { ...change, before: presentApiKey(before) });
    });
    apiKeys.forgetAll();
    ctx.status = 204;
  });

  async function findApiKey(text: string | undefined): Promise<ApiKey> {
    const id = pathId(text);
    const apiKey = id === null ? undefined : await ApiKey.query(readDatabase).findById(id);
    if (apiKey === undefined) throw notFound('API key');
    return apiKey;
  }

  return router;
}
