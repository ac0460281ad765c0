import Router from '@koa/router';
import { ApiError } from '../../domain/errors.ts';
import { createAdmission } from '../admission/admission.ts';
import type { ApiDependencies, ApiState } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { captureJson } from './capture-json.ts';
import { captureNdjson } from './capture-ndjson.ts';

/** POST /api/integrations/transactions: captures a batch, all of it or nothing. */
export function transactionRoutes(dependencies: ApiDependencies, guard: Guard): Router<ApiState> {
  const capturing = { ...dependencies, admission: createAdmission(dependencies.config) };
  const router = new Router<ApiState>();

  router.post('/api/integrations/transactions', guard('ingest'), async (ctx) => {
    if (ctx.is('application/json')) return captureJson(ctx, capturing);
    if (ctx.is('application/x-ndjson')) return captureNdjson(ctx, capturing);
    throw new ApiError('unsupported_media_type', 'Send application/json or application/x-ndjson.');
  });

  return router;
}
