import Router from '@koa/router';
import { Counter } from 'prom-client';
import { v7 as uuidV7 } from 'uuid';
import type { NewBatch } from '../../db/batches/new-batch.ts';
import { type StoredBatch, storeBatch } from '../../db/batches/store-batch.ts';
import { ApiError } from '../../domain/errors.ts';
import { countCaptured } from '../../ingestion/count-captured.ts';
import { inSpan } from '../../tracing/in-span.ts';
import { createAdmission } from '../admission/admission.ts';
import { HeldBody } from '../admission/held-body.ts';
import { Pace } from '../admission/pace.ts';
import type { ApiContext, ApiDependencies, ApiState, Principal } from '../context.ts';
import type { CredentialWatch } from '../credential-watch.ts';
import type { Guard } from '../middleware/guard.ts';
import { IngestLimits } from '../rate-limit/ingest-limits.ts';
import { validate } from '../validate.ts';
import { hashedBody, readIdempotencyKey } from './idempotency-key.ts';
import { ingestPath } from './measure-ingest.ts';
import { readBytes } from './read-body.ts';
import { readJsonBatch } from './read-json-batch.ts';
import { readNdjsonParts } from './read-ndjson-parts.ts';
import { type AcceptedBatch, streamQuerySchema } from './schema.ts';
import { splitLines } from './split-lines.ts';
import { WatchedUpload } from './watched-upload.ts';

const capturedBatches = new Counter({
  name: 'tallyflow_batches_captured_total',
  help: 'POSTs of transactions that were accepted: new batches, or replays of an idempotency key.',
  labelNames: ['outcome'] as const,
});
for (const outcome of ['new', 'replayed']) capturedBatches.inc({ outcome }, 0);

/** POST /api/integrations/transactions: stores a batch, all of it or nothing, and starts its processing. */
export function transactionRoutes(
  dependencies: ApiDependencies,
  guard: Guard,
  keyWatch: CredentialWatch,
): Router<ApiState> {
  const { config, counts, database, workflowStarter } = dependencies;
  const admission = createAdmission(config);
  const limits = new IngestLimits(config, counts);
  const router = new Router<ApiState>();

  router.post(ingestPath, guard('ingest'), async (ctx) => {
    const client = clientOf(ctx);
    using upload = new WatchedUpload(keyWatch, ctx.state.principal.apiKeyId);
    try {
      const batch = await storeBody(ctx, upload);
      ctx.state.batchId = batch.id;
      ctx.state.ingest.rowCount = batch.transactionCount + batch.duplicateCount;
      count(batch);
      if (batch.isReplay) ctx.set('Idempotency-Replayed', 'true');
      else {
        workflowStarter.startBatch(batch, client);
      }
      ctx.status = 202;
      ctx.set('Location', `/api/integrations/batches/${batch.id}`);
      ctx.body = present(batch);
    } finally {
      limits.announce(ctx, client);
    }
  });

  function storeBody(ctx: ApiContext, upload: WatchedUpload): ReturnType<typeof storeBatch> {
    if (ctx.is('application/json')) return storeJson(ctx, upload);
    if (ctx.is('application/x-ndjson')) return storeNdjson(ctx, upload);
    throw new ApiError('unsupported_media_type', 'Send application/json or application/x-ndjson.');
  }

  /** Stores a batch whose rows are all in memory at once. */
  async function storeJson(ctx: ApiContext, upload: WatchedUpload) {
    const client = clientOf(ctx);
    const { principal } = ctx.state;
    const key = readIdempotencyKey(ctx);
    const maxBytes = config.MAX_BODY_BYTES;

    using held = await HeldBody.open(admission.bodies, client, ctx.req, maxBytes);
    ctx.state.ingest.waitedMs = () => held.waitedMs;
    const sent = held.read(upload.read(readBytes(ctx, maxBytes)));
    const body = hashedBody(key, limits.countBytes(client, sent));
    const { requestId, transactions } = await inSpan('read and check the body', {}, () =>
      readJsonBatch(body.bytes, config.MAX_BATCH_ROWS, principal.accountPrefixes),
    );
    ctx.state.ingest.rowCount = transactions.length;
    limits.countRows(client, transactions.length);

    using _connection = await inSpan('wait for a turn', {}, () =>
      admission.captures.acquire(client),
    );
    upload.check();
    return await storeBatch(
      database,
      newBatch(principal, requestId),
      [transactions],
      key === null ? null : { ...key, hash: async () => body.digest() },
    );
  }

  /** Stores a batch whose rows are stored while they come, so that few of them are in memory at once. */
  async function storeNdjson(ctx: ApiContext, upload: WatchedUpload) {
    const client = clientOf(ctx);
    const { principal } = ctx.state;
    const key = readIdempotencyKey(ctx);
    const query = validate(streamQuerySchema, ctx.query, 'query');

    const pace = new Pace(admission.streamPace);
    ctx.state.ingest.waitedMs = () => pace.waitedMs;
    using _stream = await admission.streams.acquire(client, { holder: pace });
    using _connection = await inSpan('wait for a turn', {}, () =>
      admission.captures.acquire(client),
    );
    const sent = pace.listen(upload.read(readBytes(ctx, config.MAX_STREAM_BYTES)));
    const body = hashedBody(key, limits.countBytes(client, sent), ctx.querystring);
    const lines = pace.countEach(splitLines(body.bytes));
    const parts = readNdjsonParts(
      lines,
      config.MAX_STREAM_ROWS,
      query.total_transactions ?? null,
      principal.accountPrefixes,
    );
    // The hash covers the whole body, and the parts of a repeated request are not read.
    const hash = async () => {
      for await (const _ of lines);
      return body.digest();
    };
    return await storeBatch(
      database,
      newBatch(principal, query.request_id ?? null),
      limits.countParts(client, parts),
      key === null ? null : { ...key, hash },
    );
  }

  return router;
}

/** Limits and turns go by the lineage, so that rotating a key gains nothing. */
const clientOf = (ctx: ApiContext): string => String(ctx.state.principal.lineageId);

const newBatch = (
  { apiKeyId, lineageId, accountPrefixes }: Principal,
  requestId: string | null,
): NewBatch => ({
  id: uuidV7(),
  apiKeyId,
  boundLineageId: accountPrefixes.length > 0 ? lineageId : null,
  requestId,
});

function count(batch: StoredBatch & { isReplay: boolean }): void {
  capturedBatches.inc({ outcome: batch.isReplay ? 'replayed' : 'new' });
  if (batch.isReplay) return;
  countCaptured(batch);
}

/** A replay is answered as the first request was, whatever has become of the batch. */
const present = (batch: StoredBatch): AcceptedBatch => ({
  batch_id: batch.id,
  status: 'pending',
  transaction_count: batch.transactionCount,
  duplicate_count: batch.duplicateCount,
  conflict_count: batch.conflictCount,
  request_id: batch.requestId,
});
