import { Pace } from '../admission/pace.ts';
import type { ApiContext } from '../context.ts';
import { validate } from '../validate.ts';
import { type Capturing, capture } from './capture.ts';
import { hashedBody, readIdempotencyKey } from './idempotency-key.ts';
import { readBytes } from './read-body.ts';
import { readNdjsonParts } from './read-ndjson-parts.ts';
import { streamQuerySchema } from './schema.ts';
import { splitLines } from './split-lines.ts';
import type { WatchedUpload } from './watched-upload.ts';

/** Captures a batch whose rows are stored while they come, so that few of them are in memory at once. */
export async function captureNdjson(
  ctx: ApiContext,
  capturing: Capturing,
  upload: WatchedUpload,
): Promise<void> {
  const { config, admission, limits } = capturing;
  const idempotencyKey = readIdempotencyKey(ctx);
  const query = validate(streamQuerySchema, ctx.query, 'query');
  const share = String(ctx.state.principal.lineageId);
  const pace = new Pace(admission.streamPace);
  using _stream = await admission.streams.acquire(share, { holder: pace });
  using _connection = await admission.captures.acquire(share);
  const sent = pace.listen(upload.read(readBytes(ctx, config.MAX_STREAM_BYTES)));
  const bytes = limits.countedBytes(share, sent);
  const body = hashedBody(idempotencyKey, bytes, ctx.querystring);
  const onRow = () => pace.count(1);
  const parts = readNdjsonParts(
    body.bytes,
    config.MAX_STREAM_ROWS,
    query.total_transactions ?? null,
    ctx.state.principal.accountPrefixes,
    onRow,
  );
  await capture(ctx, capturing, {
    idempotencyKey,
    requestId: query.request_id ?? null,
    parts: limits.countedParts(share, parts),
    hash: async () => {
      // What the parts have left, which is everything when the key is known already.
      for await (const _ of splitLines(body.bytes)) onRow();
      return body.digest();
    },
  });
}
