import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { cancelRecategorization, startRecategorization } from './recategorization.ts';
import {
  type BatchToStart,
  restartBatchProcessing,
  startBatchProcessing,
} from './start-batch-processing.ts';

/** Starts in flight at once: enough to hide the round trip, too few to flood the frontend. */
const maxConcurrentStarts = 8;
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
  #waiting: WaitingStart[] = [];
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
  startBatch(batch: BatchToStart): void {
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
    if (this.#waiting.length >= maxWaiting) {
      this.#logger.warn(
        waiting.subject,
        'too many workflows wait for Temporal; this one is left to the sweep',
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
