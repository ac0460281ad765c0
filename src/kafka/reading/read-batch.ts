import { GenericError as KafkaError } from '@platformatic/kafka';
import type { Parts } from '../../db/batches/insert-batch.ts';
import type { NewBatch } from '../../db/batches/new-batch.ts';
import {
  isDatabaseUnavailable,
  isDataError,
  isForeignKeyViolation,
  isUniqueViolation,
} from '../../db/connection/errors.ts';
import type { ConsumerContext } from '../consumer-context.ts';
import type { RecordIdentity } from '../records/identify-record.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { readRecord } from '../records/read-record.ts';
import { RecordError } from '../records/record-error.ts';
import { NotThereError } from './not-there-error.ts';
import { readParts } from './read-parts.ts';

/** What a record holds, ready to be stored. Throws RecordError. The parts may throw one while they are read. */
export async function readBatch(
  { connection, maxRows }: Pick<ConsumerContext, 'connection' | 'maxRows'>,
  record: KafkaRecord,
  { batch, accountPrefixes, mayHaveParts, problem }: RecordIdentity,
): Promise<{ batch: NewBatch; parts: Parts; rowCount: number }> {
  if (problem !== undefined) throw problem;
  const content = await readRecord(record.value, {
    // The gateway has a limit of its own, and has answered with 202.
    maxRows: mayHaveParts ? Number.POSITIVE_INFINITY : maxRows,
    accountPrefixes,
    mayHaveParts,
  });
  return {
    // Without a problem the key is known.
    batch: { ...batch, apiKeyId: batch.apiKeyId as number, requestId: content.requestId },
    ...('parts' in content
      ? {
          parts: readParts(connection, content.parts, content.transactionCount),
          rowCount: content.transactionCount,
        }
      : { parts: [content.transactions], rowCount: content.transactions.length }),
  };
}

/** `batchId` is the batch that is stored. It is of the same API key, so its sender may know it. */
export const mismatchError = (batchId: string): RecordError =>
  new RecordError(
    'idempotency_mismatch',
    `Its idempotency key was already used for batch ${batchId}, which is not the same.`,
  );

/** What to do about an error of storing one batch. */
export type Failure =
  /** It can't be stored, however often it is tried. */
  | { kind: 'refused'; error: RecordError }
  /** The database refuses the data of the batch. */
  | { kind: 'badData' }
  /** The database is away. It is so for all batches. */
  | { kind: 'away' }
  /** The same batch is being stored elsewhere, and will be found. */
  | { kind: 'elsewhere' }
  /** Kafka does not have what the batch names. Where that lasts, it is refused with `error`. */
  | { kind: 'notThere'; error: RecordError }
  /** Kafka is away, at least for what the batch names. */
  | { kind: 'kafkaAway' }
  /** Locks of others, timeouts, faults of the database. They say nothing about the batch, and end. */
  | { kind: 'busy' };

/**
 * Only what the batch itself is guilty of makes it a dead letter: it has been answered with 202, and nothing that the
 * database or another client does may undo that.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof RecordError) return { kind: 'refused', error };
  if (error instanceof NotThereError) return { kind: 'notThere', error: error.verdict };
  if (isDatabaseUnavailable(error)) return { kind: 'away' };
  if (error instanceof Error && KafkaError.isGenericError(error)) return { kind: 'kafkaAway' };
  if (isUniqueViolation(error)) return { kind: 'elsewhere' };
  if (isForeignKeyViolation(error)) {
    const message = 'Its API key does not exist.';
    return { kind: 'refused', error: new RecordError('unknown_key', message, { cause: error }) };
  }
  return { kind: isDataError(error) ? 'badData' : 'busy' };
}
