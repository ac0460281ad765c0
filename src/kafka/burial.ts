import { Producer } from '@platformatic/kafka';
import type { Logger } from 'pino';
import type { Database } from '../db/connection/database.ts';
import { recordDeadLetter } from '../db/dead-letters/record-dead-letter.ts';
import { reportError } from '../error-reports/report-error.ts';
import type { KafkaConnection } from './connection.ts';
import { consumedRecords, deadLetters } from './consumer-metrics.ts';
import { deriveBatchId } from './derive-batch-id.ts';
import type { RecordIdentity } from './identify-record.ts';
import { headerOf, type KafkaRecord } from './kafka-record.ts';
import { readRequestId } from './read-record.ts';
import type { RecordError } from './record-error.ts';
import { topics } from './topics.ts';

/**
 * Dead letters of one topic that are logged within a minute, and of a bound topic those that become failed batches. Whoever may write to such a topic can
 * write any number of bad records, and nobody could find anything else in the list then. Those beyond stay in their topic
 * for its retention, and are counted.
 */
const maxLettersPerMinute = 60;
const minuteMs = 60_000;

/** What a dead letter adds to the headers of its record, which it otherwise keeps. */
export const letterHeaders = {
  reason: 'reason',
  topic: 'source-topic',
  partition: 'source-partition',
  offset: 'source-offset',
} as const;
const addedHeaders = new Set<string>(Object.values(letterHeaders));

interface TopicCount {
  since: number;
  count: number;
}

/** Keeps records that can't be stored as dead letters, and shows them as failed batches. */
export class Burial {
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #counts = new Map<string, TopicCount>();

  constructor(connection: KafkaConnection, database: Database, logger: Logger) {
    this.#producer = new Producer({ ...connection, clientId: 'tallyflow-consumer', acks: -1 });
    this.#database = database;
    this.#logger = logger;
  }

  /** Resolves once the record need not be read again. Throws where Kafka or the database is away. */
  async bury(record: KafkaRecord, identity: RecordIdentity, error: RecordError): Promise<void> {
    const isFirst = this.#isAmongFirst(record, error);
    if (!isFirst && record.topic !== topics.batches) {
      consumedRecords.inc({ outcome: 'dropped' });
      deadLetters.inc({ reason: error.reason });
      return;
    }
    const place = await this.#keep(record, error);
    const { batch } = identity;
    await recordDeadLetter(this.#database, {
      batch: {
        ...batch,
        // The id belongs to the batch that is stored.
        id:
          error.reason === 'idempotency_mismatch'
            ? deriveBatchId(`${batch.id}\0${batch.requestHash?.toString('hex') ?? ''}`)
            : batch.id,
        requestId: readRequestId(record.value),
      },
      reason: error.reason,
      failureReason: error.failureReason,
      ...place,
    });
    consumedRecords.inc({ outcome: 'failed' });
    deadLetters.inc({ reason: error.reason });
    if (!isFirst) return;
    // Nobody knows why, unlike with all others.
    if (error.reason === 'not_storable') reportError(error.cause, { batchId: batch.id });
    this.#logger.warn(
      {
        reason: error.reason,
        batchId: batch.id,
        topic: record.topic,
        partition: record.partition,
        offset: String(record.offset),
      },
      'a record could not be stored',
    );
  }

  async #keep(
    record: KafkaRecord,
    error: RecordError,
  ): Promise<{ partition: number; offset: bigint }> {
    const headers = new Map<Buffer, Buffer>();
    for (const [name, value] of record.headers)
      if (!addedHeaders.has(name)) headers.set(Buffer.from(name), value);
    const added = {
      [letterHeaders.reason]: error.reason,
      [letterHeaders.topic]: record.topic,
      [letterHeaders.partition]: String(record.partition),
      [letterHeaders.offset]: String(record.offset),
    };
    for (const [name, value] of Object.entries(added))
      headers.set(Buffer.from(name), Buffer.from(value));
    const { offsets } = await this.#producer.send({
      messages: [
        {
          topic: topics.deadLetters,
          ...(record.key !== null && { key: record.key }),
          ...(record.value !== null && { value: record.value }),
          headers,
        },
      ],
    });
    const [place] = offsets ?? [];
    if (place === undefined) throw new Error('Kafka did not say where the dead letter is.');
    return { partition: place.partition, offset: place.offset };
  }

  #isAmongFirst(record: KafkaRecord, error: RecordError): boolean {
    const now = performance.now();
    const known = this.#counts.get(record.topic);
    const current =
      known !== undefined && now - known.since < minuteMs ? known : { since: now, count: 0 };
    this.#counts.set(record.topic, current);
    current.count++;
    if (current.count === maxLettersPerMinute + 1)
      this.#logger.error(
        {
          reason: error.reason,
          topic: record.topic,
          partition: record.partition,
          offset: String(record.offset),
        },
        record.topic === topics.batches
          ? 'too many records could not be stored; those of this minute from here on are not logged'
          : 'too many records of a topic could not be stored; those of this minute from here on stay there alone',
      );
    return current.count <= maxLettersPerMinute;
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** The record behind a dead letter. Null where it does not say where it comes from. */
export function recordOfLetter(letter: KafkaRecord): KafkaRecord | null {
  const topic = headerOf(letter, letterHeaders.topic);
  const partition = Number(headerOf(letter, letterHeaders.partition));
  const offset = headerOf(letter, letterHeaders.offset);
  if (topic === undefined || !Number.isSafeInteger(partition) || !/^\d+$/.test(offset ?? ''))
    return null;
  return {
    ...letter,
    topic,
    partition,
    offset: BigInt(offset ?? 0),
    headers: letter.headers.filter(([name]) => !addedHeaders.has(name)),
  };
}
