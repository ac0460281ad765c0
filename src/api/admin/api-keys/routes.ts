import Router from '@koa/router';
import { createApiKey, rotateApiKey } from '../../../db/api-keys/create-api-key.ts';
import { findApiKey, listApiKeys } from '../../../db/api-keys/list-api-keys.ts';
import { recordChange, recordChanges } from '../../../db/audit/record-change.ts';
import { ApiKey } from '../../../db/models/api-key.ts';
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
    ctx.body = presentApiKey(await readApiKey(ctx.params.id));
  });

  router.post(base, allow('admin', { body: jsonBody() }), async (ctx) => {
    const given = validate(newApiKeySchema, ctx.request.body, 'body');
    const { name, scopes, account_prefixes: accountPrefixes, expires_at: expiresAt } = given;
    const { actor } = ctx.state;
    const key = generateApiKey();
    const created = await database.transaction(async (trx) => {
      const newKey = { name, scopes, accountPrefixes, expiresAt };
      const after = presentApiKey(await createApiKey(trx, key, newKey, actor));
      await recordChange(trx, actor, { action: 'create', resource, resourceId: after.id, after });
      return after;
    });
    ctx.status = 201;
    ctx.set('Location', `${base}/${created.id}`);
    ctx.body = { ...created, key };
  });

  /** Makes a successor; both are good for the overlap. */
  router.post(`${base}/:id/rotate`, allow('admin', { body: optionalJsonBody() }), async (ctx) => {
    const { overlap_seconds: overlapSeconds } = validate(rotationSchema, ctx.request.body, 'body');
    const id = pathId(ctx.params.id);
    if (id === null) throw notFound('API key');
    const { actor } = ctx.state;
    const key = generateApiKey();
    const successor = await database.transaction(async (trx) => {
      const rotated = await rotateApiKey(trx, id, { key, overlapSeconds, actor });
      if (rotated === null) throw notFound('API key');
      const [before, after] = [presentApiKey(rotated.before), presentApiKey(rotated.after)];
      const created = presentApiKey(rotated.successor);
      await recordChanges(trx, actor, [
        { action: 'rotate', resource, resourceId: id, before, after },
        { action: 'create', resource, resourceId: created.id, after: created },
      ]);
      return created;
    });
    // Without an overlap the predecessor has just expired.
    apiKeys.forgetAll();
    ctx.status = 201;
    ctx.set('Location', `${base}/${successor.id}`);
    ctx.body = { ...successor, key };
  });

  /** Revokes: what the key has done still refers to it. A second time changes nothing. */
  router.delete(`${base}/:id`, allow('admin'), async (ctx) => {
    const before = await readApiKey(ctx.params.id);
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

  async function readApiKey(text: string | undefined): Promise<ApiKey> {
    const id = pathId(text);
    const apiKey = id === null ? undefined : await findApiKey(readDatabase, id);
    if (apiKey === undefined) throw notFound('API key');
    return apiKey;
  }

  return router;
}
