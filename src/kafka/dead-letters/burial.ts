import { findErrorBy, Producer } from '@platformatic/kafka';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Database } from '../../db/connection/database.ts';
import { recordDeadLetter } from '../../db/dead-letters/record-dead-letter.ts';
import { reportError } from '../../error-reports/report-error.ts';
import type { KafkaConnection } from '../connection.ts';
import { consumedRecords, deadLetters } from '../consumer-metrics.ts';
import { deriveBatchId } from '../records/derive-batch-id.ts';
import type { RecordIdentity } from '../records/identify-record.ts';
import { headerOf, isPointer, type KafkaRecord } from '../records/kafka-record.ts';
import { readRequestId } from '../records/read-record.ts';
import type { DeadLetterReason, RecordError } from '../records/record-error.ts';
import { partsRetentionDays, topics } from '../topics.ts';

/**
 * Dead letters of one client that are logged within a minute, and that become failed batches where it is its own fault.
 * A client can send any number of bad records, and nobody could find anything else in the log and in the list then.
 */
const maxLettersPerMinute = 60;
const minuteMs = 60_000;
const maxClients = 10_000;

/** What the writer of a record does wrong, and can correct. All others show, however many they are: they are no fault of it. */
const faultsOfSystems = new Set<DeadLetterReason>([
  'invalid_record',
  'account_not_allowed',
  'idempotency_mismatch',
]);
/** Of the gateway's records, which it has checked. */
const faultsOfClients = new Set<DeadLetterReason>(['idempotency_mismatch']);

/** What a dead letter adds to the headers of its record, which it otherwise keeps. */
export const letterHeaders = {
  reason: 'reason',
  batchId: 'batch-id',
  topic: 'source-topic',
  topicId: 'source-topic-id',
  partition: 'source-partition',
  offset: 'source-offset',
  /** Set where the record is too large for a letter, and stays in its topic alone. */
  leftOut: 'value-left-out',
} as const;
const addedHeaders = new Set<string>(Object.values(letterHeaders));

/**
 * A record on its way to become a dead letter. What is decided or done is so once, however often keeping it has to be
 * tried.
 */
export interface Letter {
  readonly error: RecordError;
  /** Of the failed batch. */
  readonly batchId: string;
  /** Whether it is among the first of its client within a minute. */
  readonly isAmongFirst: boolean;
  /** Whether it shows as a failed batch. */
  readonly isListed: boolean;
  /** Where it is in the topic of dead letters, once Kafka has it. */
  place?: Place;
  isWithoutValue?: boolean;
}

interface Place {
  partition: number;
  offset: bigint;
}

export interface BuriedRecord {
  record: KafkaRecord;
  identity: RecordIdentity;
  letter: Letter;
}

/** Keeps records that can't be stored as dead letters, and shows them as failed batches. */
export class Burial {
  readonly #producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #counts = new LRUCache<string, { count: number }>({ max: maxClients, ttl: minuteMs });

  constructor(connection: KafkaConnection, database: Database, logger: Logger) {
    this.#producer = new Producer({ ...connection, clientId: 'tallyflow-consumer', acks: -1 });
    this.#database = database;
    this.#logger = logger;
  }

  /** Decides what becomes of a record that can't be stored. Call it once for each. */
  begin(record: KafkaRecord, { client, batch }: RecordIdentity, error: RecordError): Letter {
    const isAmongFirst = this.#isAmongFirst(client, record, error);
    const faults = record.topic === topics.batches ? faultsOfClients : faultsOfSystems;
    return {
      error,
      batchId: batchIdOf(batch, error),
      isAmongFirst,
      isListed: isAmongFirst || !faults.has(error.reason),
    };
  }

  /**
   * Keeps records that are not listed. Resolves once none of them need be read again. Throws where Kafka is away: then
   * call it again.
   */
  async keepAll(unlisted: readonly BuriedRecord[]): Promise<void> {
    try {
      await this.#send(unlisted.map(({ record, letter }) => letterOf(record, letter)));
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      for (const { record, letter } of unlisted) letter.place ??= await this.#keep(record, letter);
    }
    for (const { letter } of unlisted) {
      consumedRecords.inc({ outcome: 'unlisted' });
      deadLetters.inc({ reason: letter.error.reason });
    }
  }

  /** Keeps a record that is listed. Resolves and throws as keepAll() does, and throws where the database is away. */
  async bury({ record, identity: { batch }, letter }: BuriedRecord): Promise<void> {
    const { error, isAmongFirst } = letter;
    letter.place ??= await this.#keep(record, letter);
    await recordDeadLetter(this.#database, {
      batch: {
        ...batch,
        id: letter.batchId,
        requestId: readRequestId(record.value),
      },
      reason: error.reason,
      failureReason: failureReasonOf(record, letter),
      ...letter.place,
    });
    consumedRecords.inc({ outcome: 'failed' });
    deadLetters.inc({ reason: error.reason });
    if (!isAmongFirst) return;
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

  async #keep(record: KafkaRecord, letter: Letter): Promise<Place> {
    try {
      return await this.#send([letterOf(record, letter)]);
    } catch (error) {
      // The batch of the gateway was answered with 202, and may be nowhere else soon.
      if (record.topic === topics.batches || !isTooLarge(error)) throw error;
      letter.isWithoutValue = true;
      const headers = addedHeadersOf(record, letter, { [letterHeaders.leftOut]: '1' });
      return await this.#send([{ key: null, value: null, headers }]);
    }
  }

  /** Returns where the first one is. */
  async #send(letters: readonly Content[]): Promise<Place> {
    const { offsets } = await this.#producer.send({
      messages: letters.map(({ key, value, headers }) => ({
        topic: topics.deadLetters,
        ...(key !== null && { key }),
        ...(value !== null && { value }),
        headers: new Map(headers.map(([name, text]) => [Buffer.from(name), text])),
      })),
    });
    const [place] = offsets ?? [];
    if (place === undefined) throw new Error('Kafka did not say where the dead letter is.');
    return { partition: place.partition, offset: place.offset };
  }

  #isAmongFirst(client: string, record: KafkaRecord, error: RecordError): boolean {
    // A minute begins with its first letter.
    const current = this.#counts.get(client) ?? { count: 0 };
    if (current.count === 0) this.#counts.set(client, current);
    current.count++;
    if (current.count === maxLettersPerMinute + 1)
      this.#logger.error(
        {
          client,
          reason: error.reason,
          topic: record.topic,
          partition: record.partition,
          offset: String(record.offset),
        },
        'too many records of a client could not be stored; those of this minute from here on are kept and not logged',
      );
    return current.count <= maxLettersPerMinute;
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** The id of a batch that was sent with an idempotency key twice belongs to the one that is stored. */
const batchIdOf = (
  { id, requestHash }: RecordIdentity['batch'],
  { reason }: RecordError,
): string =>
  reason === 'idempotency_mismatch'
    ? deriveBatchId(`${id}\0${requestHash?.toString('hex') ?? ''}`)
    : id;

function failureReasonOf(record: KafkaRecord, { error, isWithoutValue }: Letter): string {
  const texts = [error.failureReason];
  if (isWithoutValue) texts.push('Its record is too large to be kept, and is in its topic alone.');
  if (isPointer(record) && error.reason !== 'parts_missing')
    texts.push(`Kafka keeps its rows for ${partsRetentionDays} days after they were sent.`);
  return texts.join(' ');
}

type Content = Pick<KafkaRecord, 'key' | 'value' | 'headers'>;

const letterOf = (record: KafkaRecord, letter: Letter): Content => ({
  key: record.key,
  value: record.value,
  headers: [
    ...record.headers.filter(([name]) => !addedHeaders.has(name)),
    ...addedHeadersOf(record, letter),
  ],
});

const addedHeadersOf = (
  { topic, topicId, partition, offset }: KafkaRecord,
  { error, batchId }: Letter,
  more: Record<string, string> = {},
): [string, Buffer][] =>
  Object.entries({
    [letterHeaders.reason]: error.reason,
    [letterHeaders.batchId]: batchId,
    [letterHeaders.topic]: topic,
    [letterHeaders.topicId]: topicId,
    [letterHeaders.partition]: String(partition),
    [letterHeaders.offset]: String(offset),
    ...more,
  }).map(([name, text]) => [name, Buffer.from(text)]);

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', 'MESSAGE_TOO_LARGE') !== null;

/**
 * The record behind the dead letter of a batch. Null where it is the letter of another one, which has the place since the
 * topic was created anew, or where it does not say where it comes from.
 */
export function recordOfLetter(letter: KafkaRecord, batchId: string): KafkaRecord | null {
  if (headerOf(letter, letterHeaders.batchId) !== batchId) return null;
  const topic = headerOf(letter, letterHeaders.topic);
  const topicId = headerOf(letter, letterHeaders.topicId);
  const partition = Number(headerOf(letter, letterHeaders.partition));
  const offset = headerOf(letter, letterHeaders.offset);
  if (
    topic === undefined ||
    topicId === undefined ||
    !Number.isSafeInteger(partition) ||
    !/^\d+$/.test(offset ?? '')
  )
    return null;
  return {
    ...letter,
    topic,
    topicId,
    partition,
    offset: BigInt(offset ?? 0),
    headers: letter.headers.filter(([name]) => !addedHeaders.has(name)),
  };
}
