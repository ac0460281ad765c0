import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { isSmallBatch, maxBatchesOfGroup, measureGroup } from '../domain/batch-group.ts';
import { BatchGroups } from './batch-groups.ts';
import { cancelRecategorization, startRecategorization } from './recategorization.ts';
import {
  type BatchToStart,
  restartBatchProcessing,
  startBatchProcessing,
} from './start-batch-processing.ts';

/** Starts in flight at once: enough to hide the round trip, too few to flood the frontend. */
const maxConcurrentStarts = 8;
/**
 * A start gives Temporal work, of which a small server does some 80 a second in all. So small batches that
 * come faster than one in this time wait for each other, and start together; the more of them did, the
 * longer the next ones wait, up to a bound that people hardly notice; a full group waits for nothing.
 */
const pausePerBatchMs = 10;
const maxGroupPauseMs = 200;
/** Starts remembered while Temporal is away; those beyond are the sweep's. */
const maxWaiting = 10_000;
/** Pause after a failed start, before the next is tried. */
const retryPauseMs = 2_000;

interface WaitingStart {
  /** Says in a log which one it is. */
  subject: { batchId: string } | { recategorizationId: string };
  start: () => Promise<void>;
}

/**
 * Starts workflows off the request's path. While Temporal is away the starts wait here and are
 * tried again; those that a crash or a full queue loses are found in the database by the sweep.
 */
export class WorkflowStarter {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #logger: Logger;
  readonly #batchGroups: BatchGroups;
  #waiting: WaitingStart[] = [];
  /** Those that may start together. */
  #smallBatches: BatchToStart[] = [];
  #nextGroupAt = 0;
  #groupTimer: NodeJS.Timeout | null = null;
  #inFlight = 0;
  #isFailing = false;
  #pauseTimer: NodeJS.Timeout | null = null;
  #onIdle: (() => void)[] = [];

  constructor(client: Client, taskQueue: string, logger: Logger) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#logger = logger;
    this.#batchGroups = new BatchGroups(client, taskQueue, logger);
  }

  /** Starts the workflow of a new batch, for a small one in a burst together with others. Returns at once. */
  startBatch(batch: BatchToStart): void {
    if (isSmallBatch(batch)) {
      if (this.#hasRoom({ batchId: batch.id })) this.#smallBatches.push(batch);
      this.#next();
      return;
    }
    this.#enqueue({
      subject: { batchId: batch.id },
      start: () => startBatchProcessing(this.#client, this.#taskQueue, batch),
    });
  }

  /** Starts the workflow of a batch that was failed until now. Returns at once. */
  restartBatch(batch: BatchToStart): void {
    this.#enqueue({
      subject: { batchId: batch.id },
      start: () => restartBatchProcessing(this.#client, this.#taskQueue, batch),
    });
  }

  /** Starts the workflow that applies the patterns to stored rows. Returns at once. */
  startRecategorization(id: string): void {
    this.#enqueue({
      subject: { recategorizationId: id },
      start: () => startRecategorization(this.#client, this.#taskQueue, id),
    });
  }

  /** Tells the workflow of a cancelled recategorization, which would otherwise notice at its next step. Returns at once. */
  cancelRecategorization(id: string): void {
    this.#enqueue({
      subject: { recategorizationId: id },
      start: () => cancelRecategorization(this.#client, id),
    });
  }

  #enqueue(waiting: WaitingStart): void {
    if (this.#hasRoom(waiting.subject)) this.#waiting.push(waiting);
    this.#next();
  }

  #hasRoom(subject: WaitingStart['subject']): boolean {
    const hasRoom = this.#waitingCount < maxWaiting;
    if (!hasRoom) {
      this.#logger.warn(
        subject,
        'too many workflows wait for Temporal; this one is left to the sweep',
      );
    }
    return hasRoom;
  }

  get #waitingCount(): number {
    return this.#waiting.length + this.#smallBatches.length;
  }

  /** Waits until all starts are through, at most for the time given. Those left over are the sweep's. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#isIdle) return;
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<void>((resolve) => this.#onIdle.push(resolve));
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([idle, timeout]);
    clearTimeout(timer);
    if (this.#pauseTimer !== null) clearTimeout(this.#pauseTimer);
    if (this.#groupTimer !== null) clearTimeout(this.#groupTimer);
    if (this.#waitingCount > 0)
      this.#logger.warn({ count: this.#waitingCount }, 'starts left to the sweep');
    this.#waiting = [];
    this.#smallBatches = [];
  }

  get #isIdle(): boolean {
    return this.#waitingCount === 0 && this.#inFlight === 0;
  }

  #next(): void {
    while (this.#pauseTimer === null && this.#inFlight < maxConcurrentStarts) {
      const waiting = this.#waiting.shift() ?? this.#takeGroup();
      if (waiting === undefined) break;
      this.#inFlight++;
      void this.#tryStart(waiting);
    }
    if (this.#isIdle) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** The small batches that wait, as one start; undefined while more of them may come. */
  #takeGroup(): WaitingStart | undefined {
    if (this.#smallBatches.length === 0) return undefined;
    const { count, isFull } = measureGroup(this.#smallBatches.slice(0, maxBatchesOfGroup + 1));
    const pauseMs = this.#nextGroupAt - performance.now();
    if (pauseMs > 0 && !isFull) {
      this.#groupTimer ??= setTimeout(() => {
        this.#groupTimer = null;
        this.#next();
      }, pauseMs);
      return undefined;
    }
    this.#nextGroupAt = performance.now() + Math.min(count * pausePerBatchMs, maxGroupPauseMs);
    const batches = this.#smallBatches.splice(0, count);
    const group = { id: uuidV7(), batches };
    return {
      subject: { batchId: batches[0]?.id ?? '' },
      start: () => this.#batchGroups.start(group),
    };
  }

  async #tryStart(waiting: WaitingStart): Promise<void> {
    try {
      await waiting.start();
      if (this.#isFailing) this.#logger.info('workflows can be started again');
      this.#isFailing = false;
    } catch (error) {
      // Said once, not for each of those that wait.
      if (!this.#isFailing) {
        this.#logger.warn(
          { err: error, ...waiting.subject },
          'could not start a workflow; trying until it goes',
        );
      }
      this.#isFailing = true;
      this.#waiting.unshift(waiting);
      this.#pauseTimer ??= setTimeout(() => {
        this.#pauseTimer = null;
        this.#next();
      }, retryPauseMs).unref();
    }
    this.#inFlight--;
    this.#next();
  }
}
