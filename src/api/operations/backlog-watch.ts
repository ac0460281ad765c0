import { Gauge } from 'prom-client';
import { type Backlog, readBacklog } from '../../db/batches/read-backlog.ts';
import type { Database } from '../../db/connection/database.ts';
import { OccasionalReading } from './occasional-reading.ts';

/** The backlog, as this process last read it from the database. */
export class BacklogWatch {
  readonly #reading: OccasionalReading<Backlog>;

  constructor(database: Database) {
    this.#reading = new OccasionalReading(() => readBacklog(database));
  }

  /** The backlog, at most 10 s old; null while the database does not answer. */
  async current(): Promise<Backlog | null> {
    const reading = await this.#reading.current();
    if (reading === null) return null;
    const { value: backlog, readAt } = reading;
    const sinceThenSeconds = (performance.now() - readAt) / 1_000;
    return backlog.oldestAt === null
      ? backlog
      : { ...backlog, oldestSeconds: backlog.oldestSeconds + sinceThenSeconds };
  }
}

/** Exposes the backlog as metrics. While the database is away they are absent, rather than old. It is called once. */
export function exposeBacklog(watch: BacklogWatch): void {
  new Gauge({
    name: 'tallyflow_open_batches',
    help: 'Batches that are stored and not ended, at most 100,000 of each status.',
    labelNames: ['status'] as const,
    async collect() {
      const backlog = await watch.current();
      this.reset();
      if (backlog === null) return;
      this.set({ status: 'pending' }, backlog.pendingCount);
      this.set({ status: 'processing' }, backlog.processingCount);
    },
  });
  exposeFigure(
    'tallyflow_open_transactions',
    'Transactions of open batches that are not completed.',
    (backlog) => backlog.transactionCount,
  );
  exposeFigure(
    'tallyflow_oldest_open_batch_seconds',
    'Age of the oldest open batch; 0 where none is open.',
    (backlog) => backlog.oldestSeconds,
  );

  function exposeFigure(name: string, help: string, figure: (backlog: Backlog) => number): void {
    new Gauge({
      name,
      help,
      async collect() {
        const backlog = await watch.current();
        if (backlog === null) this.remove();
        else this.set(figure(backlog));
      },
    });
  }
}
