import { Gauge } from 'prom-client';
import {
  countOpenBatches,
  type OldestOpenBatch,
  type OpenCounts,
  readOldestOpenBatch,
} from '../../db/batches/read-backlog.ts';
import type { Database } from '../../db/connection/database.ts';
import { maxCountedBatches } from '../../domain/limits.ts';
import { OccasionalReading } from './occasional-reading.ts';

/**
 * The backlog, as this process last read it from the database. Its age is read apart from its size, since counting may
 * take too long just when much waits.
 */
export class BacklogWatch {
  readonly #counts: OccasionalReading<OpenCounts>;
  readonly #oldest: OccasionalReading<OldestOpenBatch>;

  constructor(database: Database) {
    this.#counts = new OccasionalReading(() => countOpenBatches(database));
    this.#oldest = new OccasionalReading(() => readOldestOpenBatch(database));
  }

  /** How much is open, at most 10 s old; null while the database does not answer in time. */
  async counts(): Promise<OpenCounts | null> {
    return (await this.#counts.current())?.value ?? null;
  }

  /** The batch that waits for longest, as it was at most 10 s ago; null while the database does not answer in time. */
  async oldest(): Promise<OldestOpenBatch | null> {
    const reading = await this.#oldest.current();
    if (reading === null) return null;
    const { value: oldest, readAt } = reading;
    const sinceThenSeconds = (performance.now() - readAt) / 1_000;
    return oldest.createdAt === null
      ? oldest
      : { ...oldest, seconds: oldest.seconds + sinceThenSeconds };
  }
}

/** Exposes the backlog as metrics. While the database is away they are absent, rather than old. It is called once. */
export function exposeBacklog(watch: BacklogWatch): void {
  new Gauge({
    name: 'tallyflow_open_batches',
    help: `Batches that are stored and not ended, at most ${maxCountedBatches} of each status.`,
    labelNames: ['status'] as const,
    async collect() {
      const counts = await watch.counts();
      this.reset();
      if (counts === null) return;
      this.set({ status: 'pending' }, counts.pendingCount);
      this.set({ status: 'processing' }, counts.processingCount);
    },
  });
  new Gauge({
    name: 'tallyflow_open_transactions',
    help: 'Transactions of the counted open batches that are not completed.',
    async collect() {
      const counts = await watch.counts();
      if (counts === null) this.remove();
      else this.set(counts.transactionCount);
    },
  });
  new Gauge({
    name: 'tallyflow_oldest_open_batch_seconds',
    help: 'For how long the oldest open batch has been stored, or retried; 0 where none is open.',
    async collect() {
      const oldest = await watch.oldest();
      if (oldest === null) this.remove();
      else this.set(oldest.seconds);
    },
  });
}
