import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  findLostApiKeys,
  hasApiKeyChanges,
  lastApiKeyChange,
  noteApiKeyChanges,
  readApiKeysAfter,
} from '../../db/api-keys/api-key-changes.ts';
import type { Database } from '../../db/connection/database.ts';
import { isDatabaseUnavailable } from '../../db/connection/errors.ts';
import type { KafkaConnection } from '../connection.ts';
import { RecordReader } from '../reading/record-reader.ts';
import { topics } from '../topics.ts';
import { apiKeyRecord, completeRecord } from './api-key-record.ts';
import { KeyProducer, keyTimeouts } from './key-producer.ts';
import { digestOf, type PublishedKeys, readPublishedKeys } from './read-published-keys.ts';

/**
 * How often the topic is compared with the database. This heals a topic that has lost records. It also heals one in which
 * an old state of a key stands behind a newer one, since a process was stopped just before it wrote.
 */
const renewEveryMs = 60_000;
/** Longer than a request to a broker that was given up may take to arrive. */
const renewSoonMs = 10_000;
const retryMs = 2_000;
const pauseMs = 300;
/** For how long changes may wait that were noted here. */
const maxWaitMs = 30_000;
/** Their tombstones fit into one request. */
const maxLostAtOnce = 1_000;

export interface PublishOptions {
  database: Database;
  connection: KafkaConnection;
  logger: Logger;
  /** Stops it, once what is under way is done. */
  signal: AbortSignal;
}

/** Sees to it that the topic of API keys says what the database says, and says so. */
export class KeyRenewal {
  readonly #options: PublishOptions;
  #renewAt = 0;

  constructor(options: PublishOptions) {
    this.#options = options;
  }

  /** Also where that has just been done, or is being done. */
  renewSoon(): void {
    this.#renewAt = performance.now() + renewSoonMs;
  }

  async run(): Promise<void> {
    const { signal, logger } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      if (failures > 0 || performance.now() >= this.#renewAt) {
        if (failures === 0) this.#renewAt = performance.now() + renewEveryMs;
        try {
          await this.#renew();
          if (failures > 0) logger.info('API keys are compared with Kafka again');
          failures = 0;
        } catch (error) {
          if (failures === 0 && !signal.aborted && !isDatabaseUnavailable(error))
            logger.warn({ err: error }, 'API keys cannot be compared with Kafka');
          failures += 1;
        }
      }
      const waitMs = failures > 0 ? retryMs : pauseMs;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  async #renew(): Promise<void> {
    const { connection, signal } = this.#options;
    const reader = new RecordReader({ ...connection, ...keyTimeouts }, [topics.apiKeys]);
    const producer = new KeyProducer(connection);
    const close = () => Promise.all([reader.close().catch(() => {}), producer.close()]);
    // A broker that does not answer must not keep the process from its end.
    signal.addEventListener('abort', close);
    try {
      const published = await readPublishedKeys(reader);
      await this.#noteDifferences(published);
      await this.#removeLost([...published.digests.keys()], producer);
      await this.#untilWritten();
      await producer.send([completeRecord(published.startOffset)]);
    } finally {
      signal.removeEventListener('abort', close);
      await close();
    }
  }

  /** Leaves in `digests` the keys that the database does not know. */
  async #noteDifferences({ digests }: PublishedKeys): Promise<void> {
    const { database } = this.#options;
    let lastId: number | undefined = 0;
    while (lastId !== undefined) {
      const apiKeys = await readApiKeysAfter(database, lastId);
      const different = apiKeys.filter((apiKey) => {
        const { value } = apiKeyRecord(apiKey);
        return digests.get(apiKey.id) !== (value && digestOf(value));
      });
      await noteApiKeyChanges(
        database,
        different.map(({ id }) => id),
      );
      for (const { id } of apiKeys) digests.delete(id);
      lastId = apiKeys.at(-1)?.id;
    }
  }

  /** A restore of the database from a backup loses keys that were created since. */
  async #removeLost(ids: number[], producer: KeyProducer): Promise<void> {
    const { database, logger } = this.#options;
    for (let index = 0; index < ids.length; index += maxLostAtOnce) {
      await database.transaction(async (trx) => {
        const lost = await findLostApiKeys(trx, ids.slice(index, index + maxLostAtOnce));
        await producer.send(lost.map((id) => ({ key: String(id), value: undefined })));
        if (lost.length > 0)
          logger.warn({ count: lost.length }, 'Kafka had API keys that the database has not');
      });
    }
  }

  /** Waits until the brokers have all that was noted up to now. */
  async #untilWritten(): Promise<void> {
    const { database, signal } = this.#options;
    const deadline = performance.now() + maxWaitMs;
    const lastChange = await lastApiKeyChange(database);
    while (lastChange !== null && (await hasApiKeyChanges(database, lastChange))) {
      if (performance.now() > deadline) throw new Error('changes of API keys are not written');
      await sleep(pauseMs, undefined, { signal });
    }
  }
}
