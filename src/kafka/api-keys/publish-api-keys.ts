import { setTimeout as sleep } from 'node:timers/promises';
import { hasApiKeyChanges, takeApiKeyChanges } from '../../db/api-keys/api-key-changes.ts';
import type { Database } from '../../db/connection/database.ts';
import { isDatabaseUnavailable } from '../../db/connection/errors.ts';
import { apiKeyRecord } from './api-key-record.ts';
import { KeyProducer } from './key-producer.ts';
import { KeyRenewal, type PublishOptions } from './renew-api-keys.ts';

/** A gateway must refuse a revoked key within two seconds. */
const pauseMs = 300;
/** While Kafka is away, the gateway accepts nothing anyway; so this may be as long as a key has to be known. */
const maxPauseMs = 2_000;

/**
 * Writes API keys to Kafka as they change, and whatever the topic has otherwise than the database, until the signal
 * aborts. Any number of processes may run this, and one at a time writes. What is left to do stands in the database, so
 * a crash loses nothing.
 */
export async function publishApiKeys(options: PublishOptions): Promise<void> {
  const renewal = new KeyRenewal(options);
  await Promise.all([publishChanges(options, renewal), renewal.run()]);
}

async function publishChanges(
  { database, connection, logger, signal }: PublishOptions,
  renewal: KeyRenewal,
): Promise<void> {
  let producer = new KeyProducer(connection);
  let failures = 0;
  while (!signal.aborted) {
    try {
      while (!signal.aborted && (await publishSome(database, producer)));
      if (failures > 0) {
        logger.info('API keys are written to Kafka again');
        // What was given up may still arrive, behind a later state of the key that another process has written.
        renewal.renewSoon();
      }
      failures = 0;
    } catch (error) {
      // Logged once, not every second while Kafka is away. That the database is away, others log.
      if (failures === 0 && !isDatabaseUnavailable(error))
        logger.warn({ err: error }, 'API keys cannot be written to Kafka');
      failures += 1;
      // What a failed producer knows of the cluster may be wrong.
      await producer.close();
      producer = new KeyProducer(connection);
    }
    const waitMs = Math.min(pauseMs * 2 ** failures, maxPauseMs);
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
  await producer.close();
}

/** Returns whether there may be more to write. */
async function publishSome(database: Database, producer: KeyProducer): Promise<boolean> {
  if (!(await hasApiKeyChanges(database))) return false;
  // Brokers that are away are noticed here, before a connection to the database is taken for as long as they are.
  await producer.check();
  return database.transaction(async (trx) => {
    const apiKeys = await takeApiKeyChanges(trx);
    if (apiKeys === null) return false;
    await producer.send(apiKeys.map(apiKeyRecord));
    return apiKeys.length > 0;
  });
}
