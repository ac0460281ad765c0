import type { ConsumerContext } from '../consumer-context.ts';
import { load, type TakenRecord } from '../reading/taken-record.ts';
import type { RecordError } from '../records/record-error.ts';
import { PatientQueue } from '../storing/patient-queue.ts';
import { RareWarnings } from '../storing/rare-warnings.ts';
import { topics } from '../topics.ts';
import type { BuriedRecord } from './burial.ts';

/** Each waits for Kafka and perhaps the database. */
const maxAtOnce = 4;
/** Those that nobody has to find one by one go together. */
const maxLettersOfGroup = 500;
const maxBytesOfGroup = 512 * 1024;
/** Bytes of a client's records that wait with their values. */
const maxBytesEach = 4 * 1024 * 1024;
const pauseMs = 1_000;
/** Dead letters of a bound topic that wait, after which it is read no further until they are kept. */
const maxWaitingOfTopic = 1_000;

type BuriedTaken = TakenRecord & BuriedRecord;

export interface BurialLaneOptions {
  /** Aborted when what waits is left to the next reader. */
  stopping: AbortSignal;
  onDone: (taken: TakenRecord) => void;
  onRetry: (taken: TakenRecord) => void;
  onMemory: (bytes: number) => void;
}

/**
 * Keeps records as dead letters, beside those that are stored: where Kafka or the database does not take a letter, that
 * one waits and no other record does. It is tried until it is kept, since nothing else holds the batch.
 */
export class BurialLane {
  readonly #context: Pick<ConsumerContext, 'connection' | 'burial' | 'logger'>;
  readonly #options: BurialLaneOptions;
  readonly #warnings = new RareWarnings();
  readonly #listed = new PatientQueue<BuriedTaken>(maxBytesEach);
  readonly #unlisted = new PatientQueue<BuriedTaken>(maxBytesEach);
  readonly #running = new Set<Promise<void>>();
  readonly #waitingByTopic = new Map<string, number>();

  constructor(
    context: Pick<ConsumerContext, 'connection' | 'burial' | 'logger'>,
    options: BurialLaneOptions,
  ) {
    this.#context = context;
    this.#options = options;
  }

  push(taken: TakenRecord, error: RecordError): void {
    const letter = this.#context.burial.begin(taken.record, taken.identity, error);
    this.#count(taken.record.topic, 1);
    this.#enqueue(Object.assign(taken, { letter }));
  }

  /** Whether no more of a topic should be read for now. That of the gateway belongs to all clients. */
  isFull(topic: string): boolean {
    return topic !== topics.batches && (this.#waitingByTopic.get(topic) ?? 0) >= maxWaitingOfTopic;
  }

  /** Waits for what is being kept. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #enqueue(taken: BuriedTaken): void {
    const queue = taken.letter.isListed ? this.#listed : this.#unlisted;
    this.#options.onMemory(queue.push(taken));
    this.#next();
  }

  #next(): void {
    while (!this.#options.stopping.aborted && this.#running.size < maxAtOnce) {
      const group = this.#takeGroup();
      if (group.length === 0) return;
      const running: Promise<void> = this.#keep(group).finally(() => {
        this.#running.delete(running);
        this.#next();
      });
      this.#running.add(running);
    }
  }

  /** One that is listed, or many that are not. */
  #takeGroup(): BuriedTaken[] {
    const group: BuriedTaken[] = [];
    let bytes = 0;
    let next = this.#listed.take();
    if (next !== undefined) return [next];
    while (group.length < maxLettersOfGroup && bytes < maxBytesOfGroup) {
      next = this.#unlisted.take();
      if (next === undefined) break;
      group.push(next);
      bytes += next.bytes;
    }
    return group;
  }

  async #keep(group: readonly BuriedTaken[]): Promise<void> {
    const { burial, connection } = this.#context;
    try {
      for (const taken of group) this.#options.onMemory(await load(connection, taken));
      const [first] = group;
      if (first?.letter.isListed) await burial.bury(first);
      else await burial.keepAll(group);
    } catch (error) {
      for (const taken of group) this.#tryLater(taken, error);
      return;
    }
    for (const taken of group) {
      this.#count(taken.record.topic, -1);
      this.#options.onDone(taken);
    }
  }

  #tryLater(taken: BuriedTaken, error: unknown): void {
    const { topic, partition, offset } = taken.record;
    if (this.#warnings.isDue(taken.identity.client))
      this.#context.logger.warn(
        { err: error, topic, partition, offset: String(offset) },
        'a dead letter could not be kept; trying again',
      );
    this.#options.onRetry(taken);
    setTimeout(() => {
      if (!this.#options.stopping.aborted) this.#enqueue(taken);
    }, pauseMs).unref();
  }

  #count(topic: string, change: number): void {
    this.#waitingByTopic.set(topic, (this.#waitingByTopic.get(topic) ?? 0) + change);
  }
}
