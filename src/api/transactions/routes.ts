import { createHash } from 'node:crypto';
import Router from '@koa/router';
import { Counter } from 'prom-client';
import { v7 as uuidV7 } from 'uuid';
import type { Database, Transaction } from '../../db/database.ts';
import { isLockTimeout } from '../../db/errors.ts';
import {
  claimIdempotencyKey,
  type IdempotencyKey,
  storeAnswer,
} from '../../db/idempotency-keys.ts';
import { insertBatch, type Parts } from '../../db/insert-batch.ts';
import { ApiError } from '../../domain/errors.ts';
import { maxIdCharacters } from '../../domain/limits.ts';
import { holdBody } from '../admission/hold-body.ts';
import { Room } from '../admission/room.ts';
import { StreamPlaces } from '../admission/stream-places.ts';
import type { ApiContext, ApiDependencies, ApiState } from '../context.ts';
import type { Guard } from '../middleware/guard.ts';
import { validate } from '../validate.ts';
import { readBytes } from './read-body.ts';
import { readJsonBatch } from './read-json-batch.ts';
import { readNdjsonParts } from './read-ndjson-parts.ts';
import { type AcceptedBatch, streamQuerySchema } from './schema.ts';

const capturedTransactions = new Counter({
  name: 'tallyflow_transactions_captured_total',
  help: 'Transactions of accepted batches, stored or duplicates.',
  labelNames: ['outcome'] as const,
});

/** Far fewer than the pool has connections, of which each takes one for as long as its client sends. */
const maxConcurrentStreams = 4;

/** Connections of the pool that batches leave to reports, statuses and health, which stay answerable under any load. */
const connectionsForOthers = 4;

/** POST /api/integrations/transactions: captures a batch, all of it or nothing. */
export function transactionRoutes(dependencies: ApiDependencies, guard: Guard): Router<ApiState> {
  const { config } = dependencies;
  const router = new Router<ApiState>();
  const streams = new StreamPlaces(maxConcurrentStreams);
  // All JSON bodies together may take what a single one may: that alone bounds the memory of the process.
  const bodies = new Room(config.MAX_BODY_BYTES);
  const captures = new Room(Math.max(config.DATABASE_POOL_SIZE - connectionsForOthers, 1));

  router.post('/api/integrations/transactions', guard('ingest'), async (ctx) => {
    if (ctx.is('application/json')) return captureJson(ctx);
    if (ctx.is('application/x-ndjson')) return captureNdjson(ctx);
    throw new ApiError('unsupported_media_type', 'Send application/json or application/x-ndjson.');
  });

  async function captureJson(ctx: ApiContext): Promise<void> {
    const idempotencyKey = readIdempotencyKey(ctx);
    const hash = createHash('sha256');
    const maxBytes = config.MAX_BODY_BYTES;
    await holdBody(bodies, ctx.req, maxBytes, async (counted) => {
      const bytes = hashedFor(idempotencyKey, counted(readBytes(ctx, maxBytes)), hash);
      const { requestId, transactions } = await readJsonBatch(
        bytes,
        config.MAX_BATCH_ROWS,
        ctx.state.principal.accountPrefixes,
      );
      const body = { parts: [transactions], hash: async () => hash.digest() };
      await captures.hold(1, () => capture(ctx, idempotencyKey, requestId, body));
    });
  }

  async function captureNdjson(ctx: ApiContext): Promise<void> {
    const idempotencyKey = readIdempotencyKey(ctx);
    const query = validate(streamQuerySchema, ctx.query, 'query');
    const hash = createHash('sha256').update(ctx.querystring);
    await streams.hold(async (heard) => {
      const sent = heard(readBytes(ctx, config.MAX_STREAM_BYTES));
      const bytes = hashedFor(idempotencyKey, sent, hash);
      const body = {
        parts: readNdjsonParts(
          bytes,
          config.MAX_STREAM_ROWS,
          query.total_transactions ?? null,
          ctx.state.principal.accountPrefixes,
        ),
        hash: async () => {
          // What the parts have left, which is everything when the key is known already.
          for await (const _ of bytes);
          return hash.digest();
        },
      };
      await captures.hold(1, () => capture(ctx, idempotencyKey, query.request_id ?? null, body));
    });
  }

  /** Stores the rows, together with the answer to the idempotency key where there is one. */
  async function capture(
    ctx: ApiContext,
    idempotencyKey: IdempotencyKey | null,
    requestId: string | null,
    body: {
      parts: Parts;
      hash: () => Promise<Buffer>;
    },
  ): Promise<void> {
    const { database, workflowStarter } = dependencies;
    const { apiKeyId, lineageId, accountPrefixes } = ctx.state.principal;
    const boundLineageId = accountPrefixes.length > 0 ? lineageId : null;
    const batch = { id: uuidV7(), apiKeyId, boundLineageId, requestId };
    const store = async (connection: Database): Promise<AcceptedBatch> => {
      const counts = await insertBatch(connection, batch, body.parts);
      return {
        batch_id: batch.id,
        status: 'pending',
        transaction_count: counts.transactionCount,
        duplicate_count: counts.duplicateCount,
        request_id: requestId,
      };
    };
    const { answer, isReplay } =
      idempotencyKey === null
        ? { answer: await store(database), isReplay: false }
        : await database.transaction(async (trx) => {
            const earlier = await findEarlierAnswer(trx, idempotencyKey, body.hash);
            if (earlier !== null) return { answer: earlier, isReplay: true };
            const accepted = await store(trx);
            await storeAnswer(trx, idempotencyKey, batch.id, {
              requestHash: await body.hash(),
              response: accepted,
            });
            return { answer: accepted, isReplay: false };
          });
    if (isReplay) ctx.set('Idempotency-Replayed', 'true');
    else {
      capturedTransactions.inc({ outcome: 'stored' }, answer.transaction_count);
      capturedTransactions.inc({ outcome: 'duplicate' }, answer.duplicate_count);
      workflowStarter.startBatch({
        id: batch.id,
        transactionCount: answer.transaction_count,
        requestId,
      });
    }
    ctx.status = 202;
    ctx.set('Location', `/api/integrations/batches/${answer.batch_id}`);
    ctx.body = answer;
  }

  return router;
}

/** Null for a new key. Throws where it is in flight, or was used for another body. */
async function findEarlierAnswer(
  trx: Transaction,
  key: IdempotencyKey,
  hash: () => Promise<Buffer>,
): Promise<AcceptedBatch | null> {
  const stored = await claimIdempotencyKey(trx, key).catch((error: unknown) => {
    if (!isLockTimeout(error)) throw error;
    throw new ApiError(
      'idempotency_in_flight',
      'A request with this idempotency key is still in flight.',
      { retryAfterSeconds: 1, cause: error },
    );
  });
  if (stored === null) return null;
  if (!stored.requestHash.equals(await hash())) {
    throw new ApiError(
      'idempotency_mismatch',
      'This idempotency key was used for another request.',
    );
  }
  return stored.response as AcceptedBatch;
}

function readIdempotencyKey(ctx: ApiContext): IdempotencyKey | null {
  const key = ctx.get('idempotency-key');
  if (key === '') return null;
  if (key.length > maxIdCharacters) {
    throw new ApiError(
      'invalid_request',
      `The Idempotency-Key must have at most ${maxIdCharacters} characters.`,
    );
  }
  return { lineageId: ctx.state.principal.lineageId, key };
}

/** Only an idempotency key needs to know whether two bodies are the same. */
const hashedFor = (
  idempotencyKey: IdempotencyKey | null,
  bytes: AsyncIterable<Buffer>,
  hash: { update(data: Buffer): unknown },
): AsyncIterable<Buffer> => (idempotencyKey === null ? bytes : hashing(bytes, hash));

async function* hashing(
  bytes: AsyncIterable<Buffer>,
  hash: { update(data: Buffer): unknown },
): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
