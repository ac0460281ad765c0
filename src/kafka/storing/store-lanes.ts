import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { NewBatch } from '../../db/batches/new-batch.ts';
import { type BatchToStore, type StoredOnce, storeOnce } from '../../db/batches/store-once.ts';
import { FairQueue } from '../../domain/fair-queue.ts';
import type { ConsumerContext } from '../consumer-context.ts';
import {
  consumedRecords,
  failedGroups,
  retriedRecords,
  waitingRecords,
} from '../consumer-metrics.ts';
import { BurialLane } from '../dead-letters/burial-lane.ts';
import { type Failure, failureOf, mismatchError, readBatch } from '../reading/read-batch.ts';
import { load, type TakenRecord } from '../reading/taken-record.ts';
import { isPointer } from '../records/kafka-record.ts';
import { RecordError } from '../records/record-error.ts';
import { noteStored } from './note-stored.ts';
import { PatientQueue } from './patient-queue.ts';
import { RareWarnings } from './rare-warnings.ts';

/** Transactions of groups of batches at once: one stores while another is committed, and a third is checked. */
const maxGroupsAtOnce = 3;
/** Large batches, and those that were refused for the moment, which may take long: beside the others, one of each client. */
const maxSlowAtOnce = 2;
/** A group is stored within some 100 ms. A record that is larger comes alone. */
const maxRecordsOfGroup = 200;
const maxBytesOfGroup = 1024 * 1024;
/** Records that are read ahead. With what is parsed of them they take some four times as much. */
const maxWaitingBytes = 24 * 1024 * 1024;
/** Bytes of a client's records that wait in the slow lane with their values. */
const maxSlowBytesEach = 1024 * 1024;
/** How often the database refuses the data of a batch, some seconds apart and growing, until it is a dead letter. */
const maxRefusals = 6;
const firstPauseMs = 500;
/** What is in the way may be there for long, and each attempt waits for it again. */
const maxPauseMs = 60_000;
const awayPauseMs = 1_000;
/** A client whose batch could not be stored at once must not hold up groups with its next ones. */
const suspectMs = 60_000;
const maxSuspects = 10_000;

/**
 * Stores the records that were read: small batches by the group, large ones beside them. Clients take turns. Ends when
 * `stopping` is aborted: what waits then is left to the next reader.
 */
export class StoreLanes {
  readonly #context: ConsumerContext;
  readonly #stopping: AbortSignal;
  readonly #onFailure: (error: unknown) => void;
  readonly #small = new FairQueue<TakenRecord>(Number.POSITIVE_INFINITY);
  readonly #slow = new PatientQueue<TakenRecord>(maxSlowBytesEach);
  readonly #burials: BurialLane;
  readonly #retried = new Set<TakenRecord>();
  readonly #warnings = new RareWarnings();
  readonly #suspects = new LRUCache<string, true>({ max: maxSuspects, ttl: suspectMs });
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
    this.#burials = new BurialLane(context, {
      stopping,
      onDone: (taken) => this.#finish(taken),
      onRetry: (taken) => this.#markRetried(taken),
      onMemory: (bytes) => this.#changeWaiting(bytes),
    });
    stopping.addEventListener('abort', () => this.#wake(), { once: true });
  }

  push(taken: TakenRecord): void {
    this.#waitingBytes += taken.bytes;
    waitingRecords.set(++this.#waitingCount);
    if (isPointer(taken.record) || this.#suspects.has(taken.identity.client)) this.#pushSlow(taken);
    else this.#small.push(taken.identity.client, taken);
    this.#next();
  }

  /** Resolves when more may be read, or when stopping. */
  async room(): Promise<void> {
    while (this.#waitingBytes > maxWaitingBytes && !this.#stopping.aborted)
      await new Promise<void>((resolve) => this.#onRoom.push(resolve));
  }

  /** Whether so much of a topic waits that no more of it should be read for now. */
  isFull(topic: string): boolean {
    return this.#burials.isFull(topic);
  }

  /** Waits for what is being stored. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    await this.#burials.drained();
    waitingRecords.set(0);
    retriedRecords.set(0);
  }

  #pushSlow(taken: TakenRecord): void {
    this.#changeWaiting(this.#slow.push(taken));
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
      const taken = this.#slow.take(this.#slowClients);
      if (taken === undefined) break;
      const { client } = taken.identity;
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

  /** Stores what is good in one transaction; where that fails, each in its own. */
  async #storeGroup(group: readonly TakenRecord[]): Promise<void> {
    const batches: { taken: TakenRecord; batch: NewBatch; parts: BatchToStore['parts'] }[] = [];
    const alone: TakenRecord[] = [];
    for (const taken of group) {
      try {
        batches.push({
          taken,
          ...(await readBatch(this.#context, taken.record, taken.identity)),
        });
      } catch (error) {
        if (error instanceof RecordError) this.#burials.push(taken, error);
        else alone.push(taken);
      }
    }
    const beganAt = Date.now();
    const results = batches.length === 0 ? [] : await this.#storeTogether(batches);
    if (results === null) alone.unshift(...batches.map(({ taken }) => taken));
    else
      for (const [index, result] of results.entries()) {
        const { taken, batch } = batches[index] as (typeof batches)[number];
        this.#settle(taken, batch, result, beganAt);
      }
    for (const taken of alone) {
      if (this.#suspects.has(taken.identity.client)) this.#pushSlow(taken);
      else await this.#storeAlone(taken);
    }
  }

  /** Null where not all of them could be stored. The client that is to blame is found when each is stored alone. */
  async #storeTogether(batches: readonly BatchToStore[]): Promise<StoredOnce[] | null> {
    try {
      return await storeOnce(this.#context.database, batches);
    } catch (error) {
      if (batches.length > 1) failedGroups.inc();
      if (batches.length > 1 && this.#warnings.isDue('group'))
        this.#context.logger.warn(
          { err: error, batches: batches.length },
          'several batches could not be stored in one transaction; storing each in its own',
        );
      return null;
    }
  }

  async #storeAlone(taken: TakenRecord): Promise<void> {
    while (!this.#stopping.aborted) {
      const beganAt = Date.now();
      try {
        this.#changeWaiting(await load(this.#context.connection, taken));
        const { batch, parts } = await readBatch(this.#context, taken.record, taken.identity);
        const [result] = await storeOnce(this.#context.database, [{ batch, parts }]);
        this.#settle(taken, batch, result as StoredOnce, beganAt);
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'away') await this.#pause(awayPauseMs);
        else if (failure.kind !== 'elsewhere' || taken.failures++ > 0)
          return this.#refuseOrRetry(taken, failure, error);
      }
    }
  }

  #refuseOrRetry(taken: TakenRecord, failure: Failure, error: unknown): void {
    const refusal = this.#refusalOf(taken, failure, error);
    if (refusal !== null) {
      this.#burials.push(taken, refusal);
      return;
    }
    // What Kafka lacks holds up no other record of the client.
    if (failure.kind === 'busy' || failure.kind === 'badData')
      this.#suspects.set(taken.identity.client, true);
    this.#tryLater(taken, error);
  }

  /** Why a record is never to be stored; null where it may work later. */
  #refusalOf(taken: TakenRecord, failure: Failure, cause: unknown): RecordError | null {
    if (failure.kind === 'refused') return failure.error;
    if (failure.kind === 'notThere') {
      taken.missingSince ??= performance.now();
      const isOver = performance.now() - taken.missingSince > this.#context.maxMissingMs;
      return isOver ? failure.error : null;
    }
    if (failure.kind !== 'badData' || ++taken.refusals < maxRefusals) return null;
    return new RecordError('not_storable', 'The database refused its data again and again.', {
      cause,
    });
  }

  /** Behind the others of its client, and after a while. */
  #tryLater(taken: TakenRecord, error: unknown): void {
    const { client, batch } = taken.identity;
    taken.failures++;
    this.#markRetried(taken);
    if (this.#warnings.isDue(client))
      this.#context.logger.warn(
        { err: error, batchId: batch.id, failures: taken.failures },
        'a batch could not be stored; trying again',
      );
    const pauseMs = Math.min(firstPauseMs * 2 ** taken.failures, maxPauseMs);
    setTimeout(() => {
      if (this.#stopping.aborted) return;
      this.#pushSlow(taken);
      this.#next();
    }, pauseMs).unref();
  }

  #settle(taken: TakenRecord, batch: NewBatch, result: StoredOnce, beganAt: number): void {
    if (result.outcome === 'mismatch') {
      this.#burials.push(taken, mismatchError(batch.id));
      return;
    }
    if (result.outcome === 'repeat') consumedRecords.inc({ outcome: 'repeated' });
    else noteStored(this.#context, taken.identity, { batch, result, beganAt });
    this.#finish(taken);
  }

  #markRetried(taken: TakenRecord): void {
    retriedRecords.set(this.#retried.add(taken).size);
  }

  #finish(taken: TakenRecord): void {
    taken.finish();
    if (this.#retried.delete(taken)) retriedRecords.set(this.#retried.size);
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
