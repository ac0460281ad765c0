import { Counter } from 'prom-client';
import { v7 as uuidV7 } from 'uuid';
import {
  claimIdempotencyKey,
  type IdempotencyKey,
  storeAnswer,
} from '../../db/batches/idempotency-keys.ts';
import { insertBatch, type Parts } from '../../db/batches/insert-batch.ts';
import type { NewBatch } from '../../db/batches/new-batch.ts';
import type { Database, Transaction } from '../../db/connection/database.ts';
import { isLockTimeout } from '../../db/connection/errors.ts';
import { ApiError } from '../../domain/errors.ts';
import type { Admission } from '../admission/admission.ts';
import type { ApiContext, ApiDependencies } from '../context.ts';
import type { CaptureLimits } from '../rate-limit/capture-limits.ts';
import type { AcceptedBatch } from './schema.ts';

const capturedTransactions = new Counter({
  name: 'tallyflow_transactions_captured_total',
  help: 'Transactions of accepted batches, stored or duplicates.',
  labelNames: ['outcome'] as const,
});

const conflicts = new Counter({
  name: 'tallyflow_transaction_conflicts_total',
  help: 'Duplicates of accepted batches that differ from the transaction that is stored.',
});

export interface Capturing
  extends Pick<ApiDependencies, 'config' | 'database' | 'workflowStarter'> {
  admission: Admission;
  limits: CaptureLimits;
}

interface PostedBatch {
  idempotencyKey: IdempotencyKey | null;
  requestId: string | null;
  parts: Parts;
  /** Of the request; reads what is left of its body. */
  hash: () => Promise<Buffer>;
}

/** Stores the rows, together with the answer to the idempotency key where there is one, and answers. */
export async function capture(
  ctx: ApiContext,
  { database, workflowStarter }: Capturing,
  posted: PostedBatch,
): Promise<void> {
  const { apiKeyId, lineageId, accountPrefixes } = ctx.state.principal;
  const boundLineageId = accountPrefixes.length > 0 ? lineageId : null;
  const batch = {
    id: uuidV7(),
    apiKeyId,
    lineageId,
    boundLineageId,
    requestId: posted.requestId,
  };
  const { answer, isReplay } = await store(database, batch, posted);
  if (isReplay) ctx.set('Idempotency-Replayed', 'true');
  else {
    capturedTransactions.inc({ outcome: 'stored' }, answer.transaction_count);
    capturedTransactions.inc({ outcome: 'duplicate' }, answer.duplicate_count);
    conflicts.inc(answer.conflict_count);
    const toStart = {
      id: batch.id,
      transactionCount: answer.transaction_count,
      requestId: posted.requestId,
    };
    workflowStarter.startBatch(toStart, String(lineageId));
  }
  ctx.status = 202;
  ctx.set('Location', `/api/integrations/batches/${answer.batch_id}`);
  ctx.body = answer;
}

interface Stored {
  answer: AcceptedBatch;
  isReplay: boolean;
}

async function store(database: Database, batch: NewBatch, posted: PostedBatch): Promise<Stored> {
  const { idempotencyKey, parts, hash } = posted;
  if (idempotencyKey === null)
    return { answer: await storeRows(database, batch, parts), isReplay: false };
  return database.transaction(async (trx) => {
    const earlier = await findEarlierAnswer(trx, idempotencyKey, hash);
    if (earlier !== null) return { answer: earlier, isReplay: true };
    const answer = await storeRows(trx, batch, parts);
    await storeAnswer(trx, idempotencyKey, batch.id, {
      requestHash: await hash(),
      response: answer,
    });
    return { answer, isReplay: false };
  });
}

async function storeRows(
  database: Database,
  batch: NewBatch,
  parts: Parts,
): Promise<AcceptedBatch> {
  const counts = await insertBatch(database, batch, parts);
  return {
    batch_id: batch.id,
    status: 'pending',
    transaction_count: counts.transactionCount,
    duplicate_count: counts.duplicateCount,
    conflict_count: counts.conflictCount,
    request_id: batch.requestId,
  };
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
      'A request with this idempotency key is still being processed. Try again later.',
      { retryAfterSeconds: 1, cause: error },
    );
  });
  if (stored === null) return null;
  if (!stored.requestHash.equals(await hash())) {
    throw new ApiError(
      'idempotency_mismatch',
      'This idempotency key was already used for a different request. Use a new key.',
    );
  }
  return stored.response as AcceptedBatch;
}
