import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import {
  type ReadLetter,
  type RequestedLetter,
  resendDeadLetter,
} from '../../db/dead-letters/resend-dead-letter.ts';
import { countCaptured } from '../../ingestion/count-captured.ts';
import type { ConsumerContext } from '../consumer-context.ts';
import { consumedRecords, deadLetters } from '../consumer-metrics.ts';
import { NotThereError } from '../reading/not-there-error.ts';
import { failureOf, readBatch } from '../reading/read-batch.ts';
import { readOneRecord } from '../reading/read-one-record.ts';
import { identifyRecord } from '../records/identify-record.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { type DeadLetterReason, RecordError } from '../records/record-error.ts';
import { topics } from '../topics.ts';
import { recordOfLetter } from './burial.ts';

/** Somebody has asked for it in the console and waits. */
const pollMs = 1_000;
const awayPauseMs = 5_000;
const maxMissing = 10_000;

/** Since when Kafka does not have what a batch names, by its id and the clock of performance.now(). */
type MissingSince = LRUCache<string, number>;

/** Stores dead letters whose batches are retried, until it is stopped. */
export async function runResendLoop(
  context: ConsumerContext,
  stopping: AbortSignal,
): Promise<void> {
  const missingSince: MissingSince = new LRUCache({ max: maxMissing });
  let isAway = false;
  while (!stopping.aborted) {
    let pauseMs = 0;
    try {
      if (!(await resendOne(context, missingSince))) pauseMs = pollMs;
      isAway = false;
    } catch (error) {
      if (!isAway)
        context.logger.warn({ err: error }, 'dead letters could not be sent again; trying on');
      isAway = true;
      // Where one letter is missing, the others are not.
      pauseMs = error instanceof NotThereError ? pollMs : awayPauseMs;
    }
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
  }
}

/** Returns whether there was one. */
async function resendOne(context: ConsumerContext, missingSince: MissingSince): Promise<boolean> {
  const refuse = (error: unknown, { batchId }: RequestedLetter): Refusal =>
    refusalOf(error, { batchId, missingSince, maxMissingMs: context.maxMissingMs });
  const result = await resendDeadLetter(
    context.database,
    (letter) => readLetter(context, letter).catch((error: unknown) => refuse(error, letter)),
    refuse,
  );
  if (result === null) return false;
  missingSince.delete(result.outcome === 'failed' ? result.batchId : result.batch.id);
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
  const record = await fetchRecord(context, letter);
  return readBatch(context, record, await identifyRecord(record, context.boundKeys));
}

async function fetchRecord(
  { connection }: ConsumerContext,
  { batchId, partition, offset }: RequestedLetter,
): Promise<KafkaRecord> {
  const position = { topic: topics.deadLetters, partition, offset };
  const letter = await readOneRecord(connection, position).catch((error: unknown) => {
    throw error instanceof NotThereError ? new NotThereError(missing(), { cause: error }) : error;
  });
  const record = letter === null ? null : recordOfLetter(letter, batchId);
  if (record !== null) return record;
  throw missing();
}

const missing = (): RecordError =>
  new RecordError('dead_letter_missing', 'The record of the batch is no longer in Kafka.');

interface Refusal {
  reason: string;
  failureReason: string;
}

/** Throws an error that tells nothing about the batch. */
function refusalOf(
  error: unknown,
  {
    batchId,
    missingSince,
    maxMissingMs,
  }: { batchId: string; missingSince: MissingSince; maxMissingMs: number },
): Refusal {
  const failure = failureOf(error);
  // Until Kafka answers, nothing is known to be missing.
  if (failure.kind !== 'notThere') missingSince.delete(batchId);
  if (failure.kind === 'refused') return toRefusal(failure.error);
  if (failure.kind === 'badData')
    return toRefusal(
      new RecordError('not_storable', 'The database refused the batch.', { cause: error }),
    );
  if (failure.kind === 'notThere') {
    const since = missingSince.get(batchId) ?? performance.now();
    missingSince.set(batchId, since);
    if (performance.now() - since > maxMissingMs) return toRefusal(failure.error);
  }
  throw error;
}

const toRefusal = ({ reason, failureReason }: RecordError): Refusal => ({ reason, failureReason });
