import type { Middleware } from 'koa';
import { FairSemaphore } from './fair-semaphore.ts';

/** Connections of the pool that changes by admins may take. The others are for batches, sign-ins and health. */
export const changeSlots = 3;
/** Slots that changes of one user or key leave to those of others. */
const changeSlotsForOthers = 1;
/** An import holds the others up for some seconds. */
const changePatienceMs = 20_000;

/** Connections of the pool for reads that these do not hold: events of batches look after their batches there. */
const readsForEvents = 1;
/** Slots that reads of one user or key leave to those of others. */
const readSlotsForOthers = 1;
/** Most reads take milliseconds, a few of them seconds. */
const readPatienceMs = 10_000;

/**
 * Each holds up to 200,000 texts, some 60 MB, and may compile all patterns once more. One at a time, which mostly
 * takes milliseconds, bounds the memory.
 */
const largeReadSlots = 1;
/** One that goes through a large table takes ten seconds. */
const largeReadPatienceMs = 20_000;

/**
 * Each import may have 16 MiB, which it holds as bytes and as text, and may take minutes to come: there is a second
 * slot, for another user or key.
 */
const importBodies = 2;

/** A console asks for some things at once; who asks for more at once is a program, and can wait elsewhere. */
const maxWaitingPerKey = 200;
const maxWaiting = 1_000;
/** By then most requests that were ahead are done. */
const retryAfterSeconds = 2;

/** The parts of a process that requests other than batches share evenly by user and key. */
export interface DatabaseSlots {
  /** Connections for reads. */
  reads: Slots;
  /** Connections for reads that take a lot of memory. */
  largeReads: Slots;
  /** Connections for changes by admins. */
  changes: Slots;
  /** Memory for bodies of imports, from before they are read. */
  imports: Slots;
}

export function createDatabaseSlots(config: { DATABASE_READ_POOL_SIZE: number }): DatabaseSlots {
  const waiting = { maxWaitingPerKey, maxWaiting, retryAfterSeconds };
  const reads = config.DATABASE_READ_POOL_SIZE - largeReadSlots - readsForEvents;
  return {
    reads: new Slots({
      ...waiting,
      name: 'reads',
      capacity: reads,
      capacityPerKey: reads - readSlotsForOthers,
      patienceMs: readPatienceMs,
    }),
    largeReads: new Slots({
      ...waiting,
      name: 'large-reads',
      capacity: largeReadSlots,
      capacityPerKey: largeReadSlots,
      patienceMs: largeReadPatienceMs,
    }),
    changes: new Slots({
      ...waiting,
      name: 'changes',
      capacity: changeSlots,
      capacityPerKey: changeSlots - changeSlotsForOthers,
      patienceMs: changePatienceMs,
    }),
    imports: new Slots({
      ...waiting,
      name: 'imports',
      capacity: importBodies,
      capacityPerKey: 1,
      patienceMs: changePatienceMs,
    }),
  };
}

/** A user with a session, or else an API key. */
interface Requester {
  session?: { userId: number };
  principal: { lineageId: number };
}

/** A bounded number of slots, of which a request holds one in the name of its user or key. */
export class Slots {
  readonly #semaphore: FairSemaphore;

  constructor(options: ConstructorParameters<typeof FairSemaphore>[0]) {
    this.#semaphore = new FairSemaphore(options);
  }

  /** Does the work once a slot is free. Throws ApiError `overloaded`. */
  async hold<Result>(requester: Requester, work: () => Promise<Result>): Promise<Result> {
    using _slot = await this.#semaphore.acquire(whoAsks(requester));
    return await work();
  }

  /**
   * Holds a slot while the rest of a route runs; an answer that is a stream is sent after that. A client that has
   * left meanwhile gets no answer: the console leaves when somebody types on.
   */
  readonly middleware: Middleware<Requester> = (ctx, next) =>
    this.hold(ctx.state, async () => {
      if (!ctx.res.destroyed) await next();
    });
}

const whoAsks = ({ session, principal }: Requester): string =>
  session === undefined ? `key:${principal.lineageId}` : `user:${session.userId}`;
