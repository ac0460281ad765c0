import { setTimeout as sleep } from 'node:timers/promises';
import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import type { Logger } from 'pino';
import {
  hasApiKeyChanges,
  renewApiKeyChanges,
  takeApiKeyChanges,
} from '../db/api-keys/api-key-changes.ts';
import type { Database } from '../db/connection/database.ts';
import { isDatabaseUnavailable } from '../db/connection/errors.ts';
import { type ApiKeyRecord, apiKeyRecord } from './api-key-record.ts';
import type { KafkaConnection } from './connection.ts';
import { topics } from './topics.ts';

/** A gateway must refuse a revoked key within two seconds. */
const pauseMs = 300;
/** While Kafka is away, the gateway accepts nothing anyway; so this may be as long as a key has to be known. */
const maxPauseMs = 2_000;
/**
 * How often all keys are written again. Two things heal by it: a topic that has lost records, and a process that was
 * stopped just before it wrote, and wrote what was true then after another process had written what is true now.
 */
const renewEveryMs = 10 * 60_000;
/** Less than the megabyte that a broker takes at once, also where each takes three bytes. */
const maxCharactersAtOnce = 300_000;
/** The transaction of the database stays open for so long at most. */
const requestTimeoutMs = 5_000;
const connectTimeoutMs = 2_000;

export interface PublishOptions {
  database: Database;
  connection: KafkaConnection;
  logger: Logger;
  /** Stops it, once what is under way is done. */
  signal: AbortSignal;
}

/**
 * Writes API keys to Kafka as they change, and all of them now and then, until the signal aborts. Any number of
 * processes may run this, and one at a time writes. What is left to do stands in the database, so a crash loses nothing.
 */
export async function publishApiKeys(options: PublishOptions): Promise<void> {
  const { database, connection, logger, signal } = options;
  let producer = createProducer(connection);
  let renewAt = 0;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (performance.now() >= renewAt) {
        await renewApiKeyChanges(database);
        renewAt = performance.now() + renewEveryMs;
      }
      while (!signal.aborted && (await publishSome(database, producer)));
      if (failures > 0) logger.info('API keys are written to Kafka again');
      failures = 0;
    } catch (error) {
      // Logged once, not every second while Kafka is away. That the database is away, others log.
      if (failures === 0 && !isDatabaseUnavailable(error))
        logger.warn({ err: error }, 'API keys cannot be written to Kafka');
      failures += 1;
      // What a failed producer knows of the cluster may be wrong.
      await close(producer);
      producer = createProducer(connection);
    }
    const waitMs = Math.min(pauseMs * 2 ** failures, maxPauseMs);
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
  await close(producer);
}

type KeyProducer = Producer<string, string, string, string>;

const createProducer = (connection: KafkaConnection): KeyProducer =>
  new Producer({
    ...connection,
    clientId: 'tallyflow-api',
    serializers: stringSerializers,
    connectTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    timeout: requestTimeoutMs,
    // The loop tries again itself, with what is true then.
    retries: 0,
  });

const close = (producer: KeyProducer) => producer.close(true).catch(() => {});

/** Returns whether there may be more to write. */
async function publishSome(database: Database, producer: KeyProducer): Promise<boolean> {
  if (!(await hasApiKeyChanges(database))) return false;
  // Brokers that are away are noticed here, before a connection to the database is taken for as long as they are.
  await producer.metadata({ topics: [topics.apiKeys], forceUpdate: true });
  return database.transaction(async (trx) => {
    const apiKeys = await takeApiKeyChanges(trx);
    if (apiKeys === null) return false;
    for (const records of divide(apiKeys.map(apiKeyRecord))) {
      const messages = records.map(({ key, value }) => ({
        topic: topics.apiKeys,
        partition: 0,
        key,
        ...(value !== undefined && { value }),
      }));
      await producer.send({ messages, acks: ProduceAcks.ALL });
    }
    return apiKeys.length > 0;
  });
}

/** Divides records into requests that a broker takes. */
function divide(records: ApiKeyRecord[]): ApiKeyRecord[][] {
  const requests: ApiKeyRecord[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const record of records) {
    characters += record.value?.length ?? 0;
    if (characters > maxCharactersAtOnce) {
      requests.push([]);
      characters = record.value?.length ?? 0;
    }
    requests.at(-1)?.push(record);
  }
  return requests;
}
