import Router from '@koa/router';
import { createApiKey, revokeApiKey, rotateApiKey } from '../../../db/api-keys/create-api-key.ts';
import { findApiKey, listApiKeys } from '../../../db/api-keys/list-api-keys.ts';
import type { ApiKey } from '../../../db/models/api-key.ts';
import { generateApiKey } from '../../../domain/api-key.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody, optionalJsonBody } from '../json-body.ts';
import { pathId } from '../path-id.ts';
import { sendList } from '../send-list.ts';
import { presentApiKey } from './presenter.ts';
import { apiKeyListQuery, newApiKeySchema, rotationSchema } from './schema.ts';

const base = '/api/admin/api-keys';

export function apiKeyRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, allow, apiKeys } = admin;
  const router = new Router<ApiState>();

  router.get(base, allow('admin'), async (ctx) => {
    const page = validate(apiKeyListQuery, ctx.query, 'query');
    sendList(ctx, await listApiKeys(readDatabase, page), presentApiKey);
  });

  router.get(`${base}/:id`, allow('admin'), async (ctx) => {
    ctx.body = presentApiKey(await readApiKey(ctx.params.id));
  });

  router.post(base, allow('admin', { body: jsonBody() }), async (ctx) => {
    const given = validate(newApiKeySchema, ctx.request.body, 'body');
    const { name, scopes, account_prefixes: accountPrefixes, expires_at: expiresAt } = given;
    const key = generateApiKey();
    const newKey = { name, scopes, accountPrefixes, expiresAt };
    const created = await createApiKey(database, ctx.state.actor, key, newKey, presentApiKey);
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.body = { ...presentApiKey(created), key };
  });

  /** Creates a successor. Both keys are good for the overlap. */
  router.post(`${base}/:id/rotate`, allow('admin', { body: optionalJsonBody() }), async (ctx) => {
    const { overlap_seconds: overlapSeconds } = validate(rotationSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('API key');
    const key = generateApiKey();
    const successor = await rotateApiKey(database, ctx.state.actor, id, {
      key,
      overlapSeconds,
      present: presentApiKey,
    });
    if (successor === null) throw notFound('API key');
    // Without an overlap the predecessor has just expired.
    apiKeys.forgetAll();
    ctx.status = 201;
    ctx.set('Location', `${base}/${successor.id}`);
    ctx.body = { ...presentApiKey(successor), key };
  });

  router.delete(`${base}/:id`, allow('admin'), async (ctx) => {
    const apiKey = await readApiKey(ctx.params.id);
    await revokeApiKey(database, ctx.state.actor, apiKey, presentApiKey);
    apiKeys.forgetAll();
    ctx.status = 204;
  });

  async function readApiKey(text: string | undefined): Promise<ApiKey> {
    const id = pathId(text);
    const apiKey = id === null ? undefined : await findApiKey(readDatabase, id);
    if (apiKey === undefined) throw notFound('API key');
    return apiKey;
  }

  return router;
}
