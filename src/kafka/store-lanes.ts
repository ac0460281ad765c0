import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { NewBatch } from '../db/batches/new-batch.ts';
import { type BatchToStore, type StoredOnce, storeOnce } from '../db/batches/store-once.ts';
import { FairQueue } from '../domain/fair-queue.ts';
import { countCaptured } from '../ingestion/count-captured.ts';
import { withTraceparent } from '../tracing/traceparent.ts';
import type { ConsumerContext } from './consumer-context.ts';
import { consumedRecords, storedAge, waitingRecords } from './consumer-metrics.ts';
import { failureOf, mismatchError, readBatch } from './read-batch.ts';
import { RecordError } from './record-error.ts';
import { load, type TakenRecord, unload } from './taken-record.ts';
import { traceStored } from './trace-stored.ts';

/** Transactions of groups of batches at once: one stores while another is committed, and a third is checked. */
const maxGroupsAtOnce = 3;
/** Large batches, and those that were refused for the moment, which may take long: beside the others, one of each client. */
const maxSlowAtOnce = 2;
/** A group is stored within some 100 ms. A record that is larger comes alone. */
const maxRecordsOfGroup = 200;
const maxBytesOfGroup = 1024 * 1024;
/** Records that are read ahead. With what is parsed of them they take some four times as much. */
const maxWaitingBytes = 24 * 1024 * 1024;
/** A record of a large batch holds no rows, but where they are. */
const maxBytesOfPointer = 4 * 1024;
/** Failures of a batch, some seconds apart and growing, after which it is a dead letter. */
const maxFailures = 6;
const firstPauseMs = 500;
const maxPauseMs = 15_000;
const awayPauseMs = 1_000;
/** A client whose batch could not be stored at once must not hold up groups with its next ones. */
const suspectMs = 60_000;
const maxSuspects = 10_000;
/**
 * Bytes of a client's records that wait in the slow lane; of those beyond the values are given up, and read again when it
 * is their turn: what waits for long must leave others room.
 */
const maxSlowBytesEach = 1024 * 1024;

/**
 * Stores the records that were read: small batches by the group, large ones beside them. Clients take turns. Ends when
 * `stopping` is aborted: what waits then is left to the next reader.
 */
export class StoreLanes {
  readonly #context: ConsumerContext;
  readonly #stopping: AbortSignal;
  readonly #onFailure: (error: unknown) => void;
  readonly #small = new FairQueue<TakenRecord>(Number.POSITIVE_INFINITY);
  readonly #slow = new FairQueue<TakenRecord>(Number.POSITIVE_INFINITY);
  readonly #suspects = new LRUCache<string, true>({ max: maxSuspects, ttl: suspectMs });
  readonly #slowBytes = new Map<string, number>();
  readonly #slowClients = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #groups = 0;
  #waitingBytes = 0;
  #waitingCount = 0;
  #onRoom: (() => void)[] = [];

  /** `onFailure` is told of what must not happen: then records are not done, and have to be read again. */
  constructor(
    context: ConsumerContext,
    stopping: AbortSignal,
    onFailure: (error: unknown) => void,
  ) {
    this.#context = context;
    this.#stopping = stopping;
    this.#onFailure = onFailure;
    stopping.addEventListener('abort', () => this.#wake(), { once: true });
  }

  push(taken: TakenRecord): void {
    this.#waitingBytes += taken.bytes;
    waitingRecords.set(++this.#waitingCount);
    if (isPointer(taken) || this.#suspects.has(taken.identity.client)) this.#pushSlow(taken);
    else this.#small.push(taken.identity.client, taken);
    this.#next();
  }

  /** Resolves when more may be read, or when stopping. */
  async room(): Promise<void> {
    while (this.#waitingBytes > maxWaitingBytes && !this.#stopping.aborted)
      await new Promise<void>((resolve) => this.#onRoom.push(resolve));
  }

  /** Waits for what is being stored. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    waitingRecords.set(0);
  }

  #pushSlow(taken: TakenRecord): void {
    const { client } = taken.identity;
    const bytes = this.#slowBytes.get(client) ?? 0;
    if (bytes + taken.bytes > maxSlowBytesEach) this.#changeWaiting(unload(taken));
    this.#slowBytes.set(client, bytes + taken.bytes);
    this.#slow.push(client, taken);
  }

  #changeWaiting(bytes: number): void {
    this.#waitingBytes += bytes;
    if (this.#waitingBytes <= maxWaitingBytes) this.#wake();
  }

  #next(): void {
    while (!this.#stopping.aborted && this.#groups < maxGroupsAtOnce && this.#small.length > 0) {
      const group = this.#takeGroup();
      this.#groups++;
      this.#run(async () => {
        try {
          await this.#storeGroup(group);
        } finally {
          this.#groups--;
        }
      });
    }
    while (!this.#stopping.aborted && this.#slowClients.size < maxSlowAtOnce) {
      const taken = this.#takeSlow();
      if (taken === undefined) break;
      const { client } = taken.identity;
      const bytes = (this.#slowBytes.get(client) ?? 0) - taken.bytes;
      if (bytes > 0) this.#slowBytes.set(client, bytes);
      else this.#slowBytes.delete(client);
      this.#slowClients.add(client);
      this.#run(async () => {
        try {
          await this.#storeAlone(taken);
        } finally {
          this.#slowClients.delete(client);
        }
      });
    }
  }

  #run(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch(this.#onFailure)
      .finally(() => {
        this.#running.delete(running);
        this.#next();
      });
    this.#running.add(running);
  }

  #takeGroup(): TakenRecord[] {
    const group: TakenRecord[] = [];
    let bytes = 0;
    while (group.length < maxRecordsOfGroup && bytes < maxBytesOfGroup) {
      const next = this.#small.take();
      if (next === undefined) break;
      group.push(next.item);
      bytes += next.item.bytes;
    }
    return group;
  }

  #takeSlow(): TakenRecord | undefined {
    // As many as run may be in the way.
    const passed: TakenRecord[] = [];
    let found: TakenRecord | undefined;
    for (let next = this.#slow.take(); next !== undefined; next = this.#slow.take()) {
      if (!this.#slowClients.has(next.client)) {
        found = next.item;
        break;
      }
      passed.push(next.item);
      if (passed.length > maxSlowAtOnce) break;
    }
    for (const item of passed.reverse()) this.#slow.putBack(item.identity.client, item);
    return found;
  }

  /** Stores what is good in one transaction; where that fails, each in its own. */
  async #storeGroup(group: readonly TakenRecord[]): Promise<void> {
    const read = new Map<
      string,
      { taken: TakenRecord; batch: NewBatch; parts: BatchToStore['parts'] }
    >();
    const alone: TakenRecord[] = [];
    for (const taken of group) {
      try {
        const found = await readBatch(this.#context, taken.record, taken.identity);
        if (read.has(found.batch.id)) alone.push(taken);
        else read.set(found.batch.id, { taken, ...found });
      } catch (error) {
        if (error instanceof RecordError) await this.#bury(taken, error);
        else alone.push(taken);
      }
    }
    const batches = [...read.values()];
    const beganAt = Date.now();
    const results = await storeOnce(this.#context.database, batches).catch(() => null);
    if (results === null) alone.unshift(...batches.map(({ taken }) => taken));
    else
      for (const [index, result] of results.entries()) {
        const { taken, batch } = batches[index] as (typeof batches)[number];
        await this.#settle(taken, batch, result, beganAt);
      }
    for (const taken of alone) {
      if (this.#suspects.has(taken.identity.client)) this.#pushSlow(taken);
      else await this.#storeAlone(taken);
    }
  }

  async #storeAlone(taken: TakenRecord): Promise<void> {
    while (!this.#stopping.aborted) {
      const beganAt = Date.now();
      try {
        this.#changeWaiting(await load(this.#context.connection, taken));
        const { batch, parts } = await readBatch(this.#context, taken.record, taken.identity);
        const [result] = await storeOnce(this.#context.database, [{ batch, parts }]);
        await this.#settle(taken, batch, result as StoredOnce, beganAt);
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'refused') return this.#bury(taken, failure.error);
        if (failure.kind === 'away') await this.#pause(awayPauseMs);
        else if (++taken.failures === maxFailures) {
          const message = 'The database refused the batch again and again.';
          return this.#bury(taken, new RecordError('not_storable', message, { cause: error }));
        } else if (failure.kind === 'failed') return this.#tryLater(taken, error);
      }
    }
  }

  /** Behind the others of its client, and after a while. */
  #tryLater(taken: TakenRecord, error: unknown): void {
    const { client, batch } = taken.identity;
    this.#context.logger.warn(
      { err: error, batchId: batch.id, failures: taken.failures },
      'a batch could not be stored; trying again',
    );
    this.#suspects.set(client, true);
    const pauseMs = Math.min(firstPauseMs * 2 ** taken.failures, maxPauseMs);
    setTimeout(() => {
      if (this.#stopping.aborted) return;
      this.#pushSlow(taken);
      this.#next();
    }, pauseMs).unref();
  }

  async #settle(
    taken: TakenRecord,
    batch: NewBatch,
    result: StoredOnce,
    beganAt: number,
  ): Promise<void> {
    if (result.outcome === 'mismatch') return this.#bury(taken, mismatchError(batch.id));
    const { traceparent, acceptedAt, client } = taken.identity;
    if (result.outcome === 'repeat') consumedRecords.inc({ outcome: 'repeated' });
    else {
      consumedRecords.inc({ outcome: 'stored' });
      countCaptured(result);
      if (acceptedAt !== undefined)
        storedAge.observe(Math.max(0, Date.now() - acceptedAt.getTime()) / 1_000);
      traceStored(traceparent, batch.id, beganAt);
      withTraceparent(traceparent, () =>
        this.#context.workflowStarter.startBatch(
          { id: batch.id, requestId: batch.requestId, ...result },
          client,
        ),
      );
      if (batch.apiKeyId !== null) this.#context.keyUses.note(batch.apiKeyId);
    }
    this.#finish(taken);
  }

  async #bury(taken: TakenRecord, error: RecordError): Promise<void> {
    while (!this.#stopping.aborted) {
      try {
        await this.#context.burial.bury(taken.record, taken.identity, error);
        this.#finish(taken);
        return;
      } catch (failure) {
        this.#context.logger.warn(
          { err: failure },
          'a dead letter could not be kept; trying again',
        );
        await this.#pause(awayPauseMs);
      }
    }
  }

  #finish(taken: TakenRecord): void {
    taken.finish();
    waitingRecords.set(--this.#waitingCount);
    this.#changeWaiting(-taken.bytes);
  }

  #wake(): void {
    for (const resolve of this.#onRoom.splice(0)) resolve();
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping }).catch(() => {});
  }
}

/** It only decides where the record waits; reading it decides what it is. */
const isPointer = ({ record: { value } }: TakenRecord): boolean =>
  value !== null && value.length <= maxBytesOfPointer && value.includes('"parts"');
