import { HeldBody } from '../admission/held-body.ts';
import type { ApiContext } from '../context.ts';
import { type Capturing, capture } from './capture.ts';
import { hashedBody, readIdempotencyKey } from './idempotency-key.ts';
import { readBytes } from './read-body.ts';
import { readJsonBatch } from './read-json-batch.ts';
import type { WatchedUpload } from './watched-upload.ts';

/** Captures a batch whose rows are all in memory at once. */
export async function captureJson(
  ctx: ApiContext,
  capturing: Capturing,
  upload: WatchedUpload,
): Promise<void> {
  const { config, admission, limits } = capturing;
  const idempotencyKey = readIdempotencyKey(ctx);
  const share = String(ctx.state.principal.lineageId);
  const maxBytes = config.MAX_BODY_BYTES;
  using held = await HeldBody.open(admission.bodies, share, ctx.req, maxBytes);
  const bytes = limits.countedBytes(share, held.read(upload.read(readBytes(ctx, maxBytes))));
  const body = hashedBody(idempotencyKey, bytes);
  const { requestId, transactions } = await readJsonBatch(
    body.bytes,
    config.MAX_BATCH_ROWS,
    ctx.state.principal.accountPrefixes,
  );
  limits.countRows(share, transactions.length);
  using _connection = await admission.captures.acquire(share);
  upload.check();
  await capture(ctx, capturing, {
    idempotencyKey,
    requestId,
    parts: [transactions],
    hash: async () => body.digest(),
  });
}
