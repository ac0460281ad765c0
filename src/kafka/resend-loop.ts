import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ReadLetter,
  type RequestedLetter,
  resendDeadLetter,
} from '../db/dead-letters/resend-dead-letter.ts';
import { countCaptured } from '../ingestion/count-captured.ts';
import { recordOfLetter } from './burial.ts';
import type { ConsumerContext } from './consumer-context.ts';
import { consumedRecords, deadLetters } from './consumer-metrics.ts';
import { identifyRecord } from './identify-record.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { failureOf, readBatch } from './read-batch.ts';
import { readOneRecord } from './read-one-record.ts';
import { type DeadLetterReason, RecordError } from './record-error.ts';
import { topics } from './topics.ts';

/** Somebody has asked for it in the console and waits. */
const pollMs = 1_000;
const awayPauseMs = 5_000;
/** Stores dead letters whose batches are retried, until it is stopped. */
export async function runResendLoop(
  context: ConsumerContext,
  stopping: AbortSignal,
): Promise<void> {
  let isAway = false;
  while (!stopping.aborted) {
    let pauseMs = 0;
    try {
      if (!(await resendOne(context))) pauseMs = pollMs;
      isAway = false;
    } catch (error) {
      if (!isAway)
        context.logger.warn({ err: error }, 'dead letters could not be sent again; trying on');
      isAway = true;
      pauseMs = awayPauseMs;
    }
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
  }
}

/** Returns whether there was one. */
async function resendOne(context: ConsumerContext): Promise<boolean> {
  const result = await resendDeadLetter(
    context.database,
    (letter) => readLetter(context, letter),
    refusalOf,
  );
  if (result === null) return false;
  if (result.outcome === 'failed') {
    deadLetters.inc({ reason: result.reason as DeadLetterReason });
    context.logger.warn(
      { batchId: result.batchId, reason: result.reason },
      'a dead letter could not be stored again',
    );
    return true;
  }
  consumedRecords.inc({ outcome: 'stored' });
  countCaptured(result);
  const { batch } = result;
  context.logger.info({ batchId: batch.id }, 'a dead letter was stored');
  context.workflowStarter.startBatch(
    { id: batch.id, requestId: batch.requestId, transactionCount: result.transactionCount },
    String(batch.apiKeyId),
  );
  return true;
}

async function readLetter(context: ConsumerContext, letter: RequestedLetter): Promise<ReadLetter> {
  try {
    const record = await fetchRecord(context, letter);
    return await readBatch(context, record, await identifyRecord(record, context.boundKeys));
  } catch (error) {
    if (error instanceof RecordError) return refusalOf(error);
    throw error;
  }
}

async function fetchRecord(
  { connection }: ConsumerContext,
  { partition, offset }: RequestedLetter,
): Promise<KafkaRecord> {
  const letter = await readOneRecord(connection, { topic: topics.deadLetters, partition, offset });
  const record = letter === null ? null : recordOfLetter(letter);
  if (record !== null) return record;
  throw new RecordError('dead_letter_missing', 'The record of the batch is no longer in Kafka.');
}

/** Throws an error that tells nothing about the batch. */
function refusalOf(error: unknown): { reason: string; failureReason: string } {
  const failure = failureOf(error);
  if (failure.kind === 'refused')
    return { reason: failure.error.reason, failureReason: failure.error.failureReason };
  if (failure.kind !== 'badData') throw error;
  return refusalOf(
    new RecordError('not_storable', 'The database refused the batch.', { cause: error }),
  );
}
