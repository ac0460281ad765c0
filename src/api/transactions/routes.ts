import Router from '@koa/router';
import { ApiError } from '../../domain/errors.ts';
import { createAdmission } from '../admission/admission.ts';
import type { ApiContext, ApiDependencies, ApiState } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { CaptureLimits } from '../rate-limit/capture-limits.ts';
import type { Capturing } from './capture.ts';
import { captureJson } from './capture-json.ts';
import { captureNdjson } from './capture-ndjson.ts';

/** POST /api/integrations/transactions: captures a batch, all of it or nothing. */
export function transactionRoutes(dependencies: ApiDependencies, guard: Guard): Router<ApiState> {
  const { config, counts } = dependencies;
  const limits = new CaptureLimits(config, counts);
  const capturing = { ...dependencies, admission: createAdmission(config), limits };
  const router = new Router<ApiState>();

  router.post('/api/integrations/transactions', guard('ingest'), async (ctx) => {
    try {
      await captureBody(ctx, capturing);
    } finally {
      limits.announce(ctx, String(ctx.state.principal.lineageId));
    }
  });

  return router;
}

async function captureBody(ctx: ApiContext, capturing: Capturing): Promise<void> {
  if (ctx.is('application/json')) return captureJson(ctx, capturing);
  if (ctx.is('application/x-ndjson')) return captureNdjson(ctx, capturing);
  throw new ApiError('unsupported_media_type', 'Send application/json or application/x-ndjson.');
}
