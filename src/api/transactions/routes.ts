import Router from '@koa/router';
import { ApiError } from '../../domain/errors.ts';
import { createAdmission } from '../admission/admission.ts';
import type { ApiContext, ApiDependencies, ApiState } from '../context.ts';
import type { CredentialWatch } from '../credential-watch.ts';
import type { Guard } from '../middleware/guard.ts';
import { CaptureLimits } from '../rate-limit/capture-limits.ts';
import type { Capturing } from './capture.ts';
import { captureJson } from './capture-json.ts';
import { captureNdjson } from './capture-ndjson.ts';
import { WatchedUpload } from './watched-upload.ts';

/** POST /api/integrations/transactions: captures a batch, all of it or nothing. */
export function transactionRoutes(
  dependencies: ApiDependencies,
  guard: Guard,
  keyWatch: CredentialWatch,
): Router<ApiState> {
  const { config, counts } = dependencies;
  const limits = new CaptureLimits(config, counts);
  const capturing = { ...dependencies, admission: createAdmission(config), limits };
  const router = new Router<ApiState>();

  router.post('/api/integrations/transactions', guard('ingest'), async (ctx) => {
    using upload = new WatchedUpload(keyWatch, ctx.state.principal.apiKeyId);
    try {
      await captureBody(ctx, capturing, upload);
    } finally {
      limits.announce(ctx, String(ctx.state.principal.lineageId));
    }
  });

  return router;
}

async function captureBody(
  ctx: ApiContext,
  capturing: Capturing,
  upload: WatchedUpload,
): Promise<void> {
  if (ctx.is('application/json')) return captureJson(ctx, capturing, upload);
  if (ctx.is('application/x-ndjson')) return captureNdjson(ctx, capturing, upload);
  throw new ApiError('unsupported_media_type', 'Send application/json or application/x-ndjson.');
}
