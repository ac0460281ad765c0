import { Gauge } from 'prom-client';
import type { Database } from './database.ts';

/** The parts of a knex pool (tarn) that metrics read. */
interface Pool {
  max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** Exposes the pools of a process as metrics, by names that the code chooses. It is called once. */
export function exposePools(databases: Record<string, Database>): void {
  const pools = Object.entries(databases).map(([pool, database]) => ({
    pool,
    of: database.client.pool as Pool,
  }));
  new Gauge({
    name: 'tallyflow_database_connections',
    help: 'Connections of a pool that are used or free, and uses that wait for one.',
    labelNames: ['pool', 'state'] as const,
    collect() {
      for (const { pool, of } of pools) {
        this.set({ pool, state: 'used' }, of.numUsed());
        this.set({ pool, state: 'free' }, of.numFree());
        this.set({ pool, state: 'waiting' }, of.numPendingAcquires());
      }
    },
  });
  const size = new Gauge({
    name: 'tallyflow_database_pool_size',
    help: 'The most connections that a pool opens.',
    labelNames: ['pool'] as const,
  });
  for (const { pool, of } of pools) size.set({ pool }, of.max);
}
