import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import {
  type BatchToStart,
  restartBatchProcessing,
  startBatchProcessing,
} from './start-batch-processing.ts';

/** Starts in flight at once: enough to hide the round trip, too few to flood the frontend. */
const maxConcurrentStarts = 8;
/** Batches remembered while Temporal is away; the sweep starts those beyond. */
const maxWaiting = 10_000;
/** Pause after a failed start, before the next is tried. */
const retryPauseMs = 2_000;

interface WaitingBatch {
  batch: BatchToStart;
  start: typeof startBatchProcessing;
}

/**
 * Starts workflows off the request's path. While Temporal is away the batches wait here and are
 * tried again; those that a crash or a full queue loses are found in the database by the sweep.
 */
export class BatchStarter {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #logger: Logger;
  #waiting: WaitingBatch[] = [];
  #inFlight = 0;
  #isFailing = false;
  #pauseTimer: NodeJS.Timeout | null = null;
  #onIdle: (() => void)[] = [];

  constructor(client: Client, taskQueue: string, logger: Logger) {
    this.#client = client;
    this.#taskQueue = taskQueue;
    this.#logger = logger;
  }

  /** Starts the workflow of a new batch. Returns at once. */
  start(batch: BatchToStart): void {
    this.#enqueue({ batch, start: startBatchProcessing });
  }

  /** Starts the workflow of a batch that was failed until now. Returns at once. */
  restart(batch: BatchToStart): void {
    this.#enqueue({ batch, start: restartBatchProcessing });
  }

  #enqueue(waiting: WaitingBatch): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#logger.warn(
        { batchId: waiting.batch.id },
        'too many batches wait for Temporal; this one is left to the sweep',
      );
      return;
    }
    this.#waiting.push(waiting);
    this.#next();
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
    if (this.#waiting.length > 0)
      this.#logger.warn({ count: this.#waiting.length }, 'starts left to the sweep');
    this.#waiting = [];
  }

  get #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#inFlight === 0;
  }

  #next(): void {
    while (this.#pauseTimer === null && this.#inFlight < maxConcurrentStarts) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) break;
      this.#inFlight++;
      void this.#tryStart(waiting);
    }
    if (this.#isIdle) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  async #tryStart(waiting: WaitingBatch): Promise<void> {
    try {
      await waiting.start(this.#client, this.#taskQueue, waiting.batch);
      if (this.#isFailing) this.#logger.info('workflows can be started again');
      this.#isFailing = false;
    } catch (error) {
      // Said once, not for each of the batches that wait.
      if (!this.#isFailing) {
        this.#logger.warn(
          { err: error, batchId: waiting.batch.id },
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
