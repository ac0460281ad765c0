import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { isSmallBatch, maxBatchesOfGroup, measureGroup } from '../domain/batch-group.ts';
import { FairQueue } from '../domain/fair-queue.ts';
import { reportError } from '../error-reports/report-error.ts';
import { currentTraceparent, withTraceparent } from '../tracing/traceparent.ts';
import { type AcceptanceToStart, startAcceptance } from './acceptance.ts';
import { BatchGroups } from './batch-groups.ts';
import { startTraining } from './categorizer-training.ts';
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
/**
 * Starts remembered while Temporal is away, of small batches and of all else; those beyond are the sweep's.
 * Clients take turns: one that sends without end delays its own batches, and has most of those left to the sweep.
 */
const maxWaiting = 10_000;
/** The client of what admins start, which takes turns with the API keys. */
const admins = 'admins';
/** Pause after a failed start, before the next is tried. */
const retryPauseMs = 2_000;

interface WaitingStart {
  /** Clients take turns. */
  client: string;
  /** Identifies the start in the log. */
  subject:
    | { batchId: string }
    | { recategorizationId: string }
    | { acceptanceId: string }
    | { trainingId: string };
  start: () => Promise<void>;
  /** Of the request that asked for it, where that is recorded. */
  traceparent?: string | undefined;
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
  readonly #waiting = new FairQueue<WaitingStart>(maxWaiting);
  /** Small batches, which may start together. */
  readonly #smallBatches = new FairQueue<BatchToStart>(maxWaiting);
  #isTurnOfGroup = false;
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

  /**
   * Starts the workflow of a new batch, for a small one in a burst together with others. `client` is whose it
   * is: clients take turns. Returns at once.
   */
  startBatch(batch: BatchToStart, client: string): void {
    if (isSmallBatch(batch)) {
      const dropped = this.#smallBatches.push(client, {
        ...batch,
        traceparent: currentTraceparent(),
      });
      if (dropped !== null) this.#leaveToSweep({ batchId: dropped.id });
      this.#next();
      return;
    }
    this.#enqueue({
      client,
      subject: { batchId: batch.id },
      start: () => startBatchProcessing(this.#client, this.#taskQueue, batch),
    });
  }

  /** Starts the workflow of a batch that was failed until now. Returns at once. */
  restartBatch(batch: BatchToStart, client = admins): void {
    this.#enqueue({
      client,
      subject: { batchId: batch.id },
      start: () => restartBatchProcessing(this.#client, this.#taskQueue, batch),
    });
  }

  /** Starts the workflow that applies the patterns to stored rows. Returns at once. */
  startRecategorization(id: string): void {
    this.#enqueue({
      client: admins,
      subject: { recategorizationId: id },
      start: () => startRecategorization(this.#client, this.#taskQueue, id),
    });
  }

  /** Tells the workflow of a cancelled recategorization, which would otherwise notice at its next step. Returns at once. */
  cancelRecategorization(id: string): void {
    this.#enqueue({
      client: admins,
      subject: { recategorizationId: id },
      start: () => cancelRecategorization(this.#client, id),
    });
  }

  /** Starts the workflow that sets the rows of accepted suggestions, or gives them back. Returns at once. */
  startAcceptance(acceptance: AcceptanceToStart): void {
    this.#enqueue({
      client: admins,
      subject: { acceptanceId: acceptance.id },
      start: () => startAcceptance(this.#client, this.#taskQueue, acceptance),
    });
  }

  /** Starts the workflow that trains, which serves all open requests. Returns at once. */
  startTraining(id: string): void {
    this.#enqueue({
      client: admins,
      subject: { trainingId: id },
      start: () => startTraining(this.#client, this.#taskQueue),
    });
  }

  #enqueue(asked: WaitingStart): void {
    const waiting = { ...asked, traceparent: currentTraceparent() };
    const dropped = this.#waiting.push(waiting.client, waiting);
    if (dropped !== null) this.#leaveToSweep(dropped.subject);
    this.#next();
  }

  #leaveToSweep(subject: WaitingStart['subject']): void {
    this.#logger.warn(
      subject,
      'too many workflows wait for Temporal; this one is left to the sweep',
    );
  }

  /**
   * Starts that wait because Temporal takes none, the one that is tried just now included. Others wait for a turn or
   * for their group, as under any load.
   */
  get delayedCount(): number {
    return this.#isFailing ? this.waitingCount + this.#inFlight : 0;
  }

  get waitingCount(): number {
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
    if (this.waitingCount > 0)
      this.#logger.warn({ count: this.waitingCount }, 'starts left to the sweep');
    this.#waiting.clear();
    this.#smallBatches.clear();
  }

  get #isIdle(): boolean {
    return this.waitingCount === 0 && this.#inFlight === 0;
  }

  #next(): void {
    while (this.#pauseTimer === null && this.#inFlight < maxConcurrentStarts) {
      const waiting = this.#takeNext();
      if (waiting === undefined) break;
      this.#inFlight++;
      // Whoever made room for it has nothing to do with it.
      void withTraceparent(waiting.traceparent, () => this.#tryStart(waiting));
    }
    if (this.#isIdle) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Groups and others in turn, so that neither holds up the other. */
  #takeNext(): WaitingStart | undefined {
    this.#isTurnOfGroup = !this.#isTurnOfGroup;
    return this.#isTurnOfGroup
      ? (this.#takeGroup() ?? this.#waiting.take()?.item)
      : (this.#waiting.take()?.item ?? this.#takeGroup());
  }

  /** The small batches that wait, as one start; undefined while more of them may come. */
  #takeGroup(): WaitingStart | undefined {
    if (this.#smallBatches.length === 0) return undefined;
    const { count, isFull } = measureGroup(this.#smallBatches.peek(maxBatchesOfGroup + 1));
    const pauseMs = this.#nextGroupAt - performance.now();
    if (pauseMs > 0 && !isFull) {
      this.#groupTimer ??= setTimeout(() => {
        this.#groupTimer = null;
        this.#next();
      }, pauseMs);
      return undefined;
    }
    this.#nextGroupAt = performance.now() + Math.min(count * pausePerBatchMs, maxGroupPauseMs);
    const taken = Array.from({ length: count }, () => this.#smallBatches.take());
    const batches = taken.flatMap((next) => (next === undefined ? [] : [next.item]));
    const group = { id: uuidV7(), batches };
    return {
      // The client only matters where the start has to be tried again.
      client: taken[0]?.client ?? '',
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
      // The log says it once, and not for each start that waits.
      if (!this.#isFailing) {
        this.#logger.warn(
          { err: error, ...waiting.subject },
          'could not start a workflow; trying until it goes',
        );
        reportError(error, 'batchId' in waiting.subject ? waiting.subject : {});
      }
      this.#isFailing = true;
      this.#waiting.putBack(waiting.client, waiting);
      this.#pauseTimer ??= setTimeout(() => {
        this.#pauseTimer = null;
        this.#next();
      }, retryPauseMs).unref();
    }
    this.#inFlight--;
    this.#next();
  }
}
