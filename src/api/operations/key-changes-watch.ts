import { Gauge } from 'prom-client';
import {
  type PendingApiKeyChanges,
  readPendingApiKeyChanges,
} from '../../db/api-keys/api-key-changes.ts';
import type { Database } from '../../db/connection/database.ts';
import { OccasionalReading } from './occasional-reading.ts';

/** A change is in Kafka within a second. One that has waited for so long waits for Kafka. */
const behindSeconds = 10;

/** What the gateway does not know yet of the API keys, as this process last read it from the database. */
export class KeyChangesWatch {
  readonly #pending: OccasionalReading<PendingApiKeyChanges>;

  constructor(database: Database) {
    this.#pending = new OccasionalReading(() => readPendingApiKeyChanges(database));
  }

  /** The changes that are not in Kafka, at most 10 s old; null while the database does not answer in time. */
  async pending(): Promise<PendingApiKeyChanges | null> {
    return (await this.#pending.current())?.value ?? null;
  }

  async isBehind(): Promise<boolean> {
    const pending = await this.pending();
    return pending === null || pending.oldestSeconds > behindSeconds;
  }
}

/** Exposes the changes as metrics. While the database is away they are absent, rather than old. It is called once. */
export function exposeKeyChanges(watch: KeyChangesWatch): void {
  new Gauge({
    name: 'tallyflow_api_key_changes_pending',
    help: 'API keys that have changed, and are not written to Kafka yet.',
    async collect() {
      const pending = await watch.pending();
      if (pending === null) this.remove();
      else this.set(pending.count);
    },
  });
  new Gauge({
    name: 'tallyflow_oldest_api_key_change_seconds',
    help: 'For how long the oldest change of an API key waits to be written to Kafka; 0 where none does.',
    async collect() {
      const pending = await watch.pending();
      if (pending === null) this.remove();
      else this.set(pending.oldestSeconds);
    },
  });
}
