import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { workerSpec } from '../src/local/application.ts';
import type { OpenStack } from '../src/local/open-stack.ts';
import { type Child, startChild } from '../src/local/processes/child-process.ts';
import { livingProcesses } from '../src/local/processes/process-record.ts';

type ProcessName = 'api' | 'worker' | 'gateway' | 'consumer';

/** How often the database is polled at first. */
const pollMs = 2;
/** Later it is polled less often, to take little of the machine. The error is at most half a per cent. */
const pollShare = 1 / 200;
const idlePollMs = 50;

/** A reset keeps categories, what was learned about them, and credentials. */
const keptTables = [
  'admin_users',
  'api_keys',
  'categories',
  'category_patterns',
  'pattern_set',
  'categorizers',
  'categorizer_state',
  'learned_versions',
  'category_merges',
  'knex_migrations',
  'knex_migrations_lock',
];

/** Controls the stack of a scenario. */
export class BenchStack {
  readonly #stack: OpenStack;
  readonly #database: pg.Client;
  readonly #signal: AbortSignal;
  readonly #log: (message: string) => void;

  constructor(
    stack: OpenStack,
    database: pg.Client,
    signal: AbortSignal,
    log: (message: string) => void,
  ) {
    this.#stack = stack;
    this.#database = database;
    this.#signal = signal;
    this.#log = log;
  }

  /** Resolves once the batch is completed. Throws if it fails. */
  async whenCompleted(batchId: string): Promise<void> {
    const startedAt = performance.now();
    for (;;) {
      this.#signal.throwIfAborted();
      const { rows } = await this.#database.query<{ status: string; reason: string | null }>({
        name: 'status',
        text: 'SELECT status, failure_reason AS reason FROM batches WHERE id = $1',
        values: [batchId],
      });
      if (rows[0]?.status === 'completed') return;
      if (rows[0]?.status === 'failed') throw new Error(`the batch failed: ${rows[0].reason}`);
      await sleep(Math.max(pollMs, (performance.now() - startedAt) * pollShare));
    }
  }

  /** Resolves once these batches are completed, whatever happens to others. */
  async whenAllCompleted(batchIds: readonly string[]): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted();
      const { rows } = await this.#database.query<{ open: boolean }>({
        name: 'some open',
        text: `SELECT EXISTS (SELECT FROM batches WHERE id = ANY ($1) AND status <> 'completed') AS open`,
        values: [batchIds],
      });
      if (!rows[0]?.open) return;
      await sleep(idlePollMs);
    }
  }

  /** Resolves once no batch is pending or processing. Throws if one has failed. */
  async whenIdle(): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted();
      const { rows } = await this.#database.query<{ open: boolean; failed: boolean }>({
        name: 'open',
        text: `SELECT EXISTS (SELECT FROM batches WHERE status IN ('pending', 'processing')) AS open,
                      EXISTS (SELECT FROM batches WHERE status = 'failed') AS failed`,
      });
      if (rows[0]?.failed) throw new Error('a batch failed');
      if (!rows[0]?.open) return;
      await sleep(idlePollMs);
    }
  }

  /** Resolves once no batch waits or is processed, and the totals have taken in all of them: then the worker rests. */
  async whenAtRest(): Promise<void> {
    await this.whenIdle();
    for (;;) {
      this.#signal.throwIfAborted();
      const { rows } = await this.#database.query<{ open: boolean }>({
        name: 'not in totals',
        text: `SELECT EXISTS (SELECT FROM batches WHERE status = 'completed' AND NOT (is_in_totals AND has_ranges)) AS open`,
      });
      if (!rows[0]?.open) return;
      await sleep(idlePollMs);
    }
  }

  /** Deletes transactions and everything derived from them. */
  async reset(): Promise<void> {
    await this.whenAtRest();
    const { rows } = await this.#database.query<{ tables: string }>(
      `SELECT string_agg(quote_ident(tablename), ', ') AS tables FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> ALL ($1)`,
      [keptTables],
    );
    await this.#database.query(`TRUNCATE ${rows[0]?.tables}`);
    await this.dropCaches();
  }

  async dropCaches(): Promise<void> {
    if (this.#stack.servers.redisUrl === undefined) return;
    const redis = new Redis(this.#stack.servers.redisUrl);
    await redis.flushall();
    redis.disconnect();
  }

  /** Does the work while the worker is paused. */
  withoutWorker<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#without('worker', work);
  }

  /** Does the work while the consumer is paused, for less than the time after which Kafka takes it for dead. */
  withoutConsumer<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#without('consumer', work);
  }

  async #without<Result>(name: ProcessName, work: () => Promise<Result>): Promise<Result> {
    const pid = this.#pid(name);
    process.kill(pid, 'SIGSTOP');
    try {
      return await work();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  /** Resolves once these batches are stored. */
  async whenStored(batchIds: readonly string[]): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted();
      const { rows } = await this.#database.query<{ count: number }>({
        name: 'stored',
        text: 'SELECT count(*)::integer AS count FROM batches WHERE id = ANY ($1)',
        values: [batchIds],
      });
      if (rows[0]?.count === batchIds.length) return;
      await sleep(idlePollMs);
    }
  }

  /** Does the work while this number of workers is running. */
  async withWorkers<Result>(count: number, work: () => Promise<Result>): Promise<Result> {
    const { settings, servers } = this.#stack;
    const start = { settings, servers, log: this.#log, signal: this.#signal };
    const names = Array.from({ length: count - 1 }, (_, index) => `worker-${index + 2}`);
    const ports = { metrics: 0, temporalMetrics: 0 };
    const more = await Promise.all(names.map((name) => startChild(workerSpec(start, name, ports))));
    try {
      return await work();
    } finally {
      await Promise.all(more.map((child) => child.stop()));
    }
  }

  /** Starts a module of the benchmark as a separate process. */
  startProcess(
    module: string,
    env: NodeJS.ProcessEnv,
    ready: (output: string) => Promise<boolean>,
  ): Promise<Child> {
    return startChild({
      name: module.replaceAll('/', '-'),
      command: process.execPath,
      args: [path.join(import.meta.dirname, `${module}.ts`)],
      env: { ...process.env, ...env },
      dataDir: this.#stack.settings.dataDir,
      ready: (log) => ready(log.text()),
      readyTimeoutMs: 60_000,
      graceMs: 35_000,
      log: this.#log,
      signal: this.#signal,
    });
  }

  /** Resets the peak of resident memory of a process (Linux only). */
  resetPeakMemory(name: ProcessName): void {
    writeFileSync(`/proc/${this.#pid(name)}/clear_refs`, '5');
  }

  /** The peak of resident memory since the reset, in MB of 1,000,000 bytes. */
  peakMemoryMb(name: ProcessName): number {
    const status = readFileSync(`/proc/${this.#pid(name)}/status`, 'utf8');
    return (Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) * 1_024) / 1_000_000;
  }

  #pid(name: string): number {
    const record = livingProcesses(this.#stack.settings.dataDir).find((each) => each.name === name);
    if (record === undefined) throw new Error(`${name} does not run`);
    return record.pid;
  }
}
