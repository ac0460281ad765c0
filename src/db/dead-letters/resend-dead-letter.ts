import { raw } from 'objection';
import { fillBatch, type Parts } from '../batches/insert-batch.ts';
import type { InsertedCounts, NewBatch } from '../batches/new-batch.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { Batch } from '../models/batch.ts';

export interface RequestedLetter {
  batchId: string;
  /** Where its record is in the topic of dead letters. */
  partition: number;
  offset: bigint;
}

/** What the record of a dead letter says now. */
export type ReadLetter =
  | { batch: NewBatch; parts: Parts }
  | { reason: string; failureReason: string };

export type ResentLetter =
  | ({ outcome: 'stored'; batch: NewBatch } & InsertedCounts)
  | { outcome: 'failed'; batchId: string; reason: string };

/**
 * Takes the dead letter that has waited for longest to be sent again, and stores its rows in its batch, or fails the
 * batch again. Whoever retries a batch wants it stored, even if its idempotency key belongs to another batch. Returns null
 * where none waits that nobody else has taken. `refuse` gives the failure for an error that was thrown while the rows were
 * stored; it throws those after which the letter waits on, behind all others.
 */
export async function resendDeadLetter(
  database: Database,
  read: (letter: RequestedLetter) => Promise<ReadLetter>,
  refuse: (error: unknown, letter: RequestedLetter) => { reason: string; failureReason: string },
): Promise<ResentLetter | null> {
  // What is assigned in the callback is not seen by the compiler behind it.
  const taken: RequestedLetter[] = [];
  try {
    return await database.transaction(async (trx) => {
      const letter = await takeLetter(trx);
      if (letter === null) return null;
      taken.push(letter);
      return resend(trx, letter, read, refuse);
    });
  } catch (error) {
    // Where the database is away, the letter stays where it was.
    for (const letter of taken) await waitBehindOthers(database, letter).catch(() => {});
    throw error;
  }
}

async function resend(
  trx: Transaction,
  letter: RequestedLetter,
  read: (letter: RequestedLetter) => Promise<ReadLetter>,
  refuse: (error: unknown, letter: RequestedLetter) => { reason: string; failureReason: string },
): Promise<ResentLetter> {
  const found = await read(letter);
  if ('reason' in found) return fail(trx, letter, found);
  const { batch, parts } = found;
  try {
    const counts = await trx.transaction((savepoint) =>
      fillBatch(savepoint, letter.batchId, parts),
    );
    const { apiKeyId, requestId } = batch;
    await Batch.query(trx)
      .findById(letter.batchId)
      .patch({
        apiKeyId,
        boundLineageId: batch.boundLineageId ?? null,
        requestId,
        requestHash: batch.requestHash ?? null,
      });
    await trx('dead_letters').where({ batch_id: letter.batchId }).delete();
    return { outcome: 'stored', batch: { ...batch, id: letter.batchId }, ...counts };
  } catch (error) {
    return fail(trx, letter, refuse(error, letter));
  }
}

async function waitBehindOthers(database: Database, { batchId }: RequestedLetter): Promise<void> {
  await database('dead_letters')
    .where({ batch_id: batchId })
    .whereNotNull('resend_requested_at')
    .update({ resend_requested_at: database.fn.now() });
}

async function takeLetter(trx: Transaction): Promise<RequestedLetter | null> {
  const { rows } = await trx.raw<{
    rows: { batchId: string; partition: number; offset: string }[];
  }>(
    `SELECT batch_id AS "batchId", partition, "offset"::text AS offset
       FROM dead_letters WHERE resend_requested_at IS NOT NULL
      ORDER BY resend_requested_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  const [letter] = rows;
  return letter === undefined ? null : { ...letter, offset: BigInt(letter.offset) };
}

async function fail(
  trx: Transaction,
  { batchId }: RequestedLetter,
  { reason, failureReason }: { reason: string; failureReason: string },
): Promise<ResentLetter> {
  await Batch.query(trx)
    .findById(batchId)
    .patch({ status: 'failed', failureReason, finishedAt: raw('now()') });
  await trx('dead_letters')
    .where({ batch_id: batchId })
    .update({ reason, resend_requested_at: null });
  return { outcome: 'failed', batchId, reason };
}
