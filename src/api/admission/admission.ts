import { changeSlots } from './database-slots.ts';
import { FairSemaphore } from './fair-semaphore.ts';
import type { BodyAdmission } from './held-body.ts';
import type { PaceLimits } from './pace.ts';

/** The parts of a process that requests share evenly by API key: no key can take all of one, whatever it sends. */
export interface Admission {
  /** JSON bodies, from their first byte until their rows are stored. */
  bodies: BodyAdmission;
  /** NDJSON streams. */
  streams: FairSemaphore;
  /** Rows of a stream that a client has to send. */
  streamPace: PaceLimits;
  /** Connections to the database that capture rows. */
  captures: FairSemaphore;
}

/**
 * JSON bodies that are held at a time. With the bytes that come with each, which are those of a thousand rows,
 * they take 32 MB at most.
 */
const bodySlots = 128;
const bodySlotsPerKey = 96;
const bytesPerSlot = 256 * 1024;
/**
 * Bursts of honest clients wait: a thousand small requests of a key at once are all served. What has arrived
 * of one that waits, up to some 100 kB, is in the buffers of its connection.
 */
const maxWaitingPerKey = 1_000;
const maxWaiting = 4_000;
/** A burst is over by then; a client that would wait for longer is better told to come back. */
const patienceMs = 10_000;
/** By then most requests that were ahead are done. */
const retryAfterSeconds = 2;

/** A modem sends seven times as much. While others wait, it is what a phone with a bad connection sends. */
const bodyPace: PaceLimits = { perSecond: 1024, perSecondWhenOthersWait: 256 * 1024 };

/** Each takes a connection of the pool, and keeps a transaction open, for as long as its client sends. */
const maxStreams = 4;
/** Half of them, so that two streams of other keys can begin at once. */
const maxStreamsPerKey = 2;
/** A row a second is no stream: the transaction holds locks, and keeps the vacuum from cleaning up behind it. */
const streamPace: PaceLimits = { perSecond: 1, perSecondWhenOthersWait: 100 };
/** A stream may take a minute, and a request that waits for one holds little. */
const streamPatienceMs = 20_000;
const maxWaitingStreamsPerKey = 16;
const maxWaitingStreams = 64;

/** Connections of the pool that captures leave to changes by admins, and to sign-ins and health, which stay answerable under any load. */
const connectionsForOthers = changeSlots + 2;

/** Connections that captures of one key leave to those of others. */
const connectionsForOtherKeys = 2;

export function createAdmission(config: {
  MAX_BODY_BYTES: number;
  DATABASE_POOL_SIZE: number;
}): Admission {
  const small = { maxWaitingPerKey, maxWaiting, patienceMs, retryAfterSeconds };
  const connections = config.DATABASE_POOL_SIZE - connectionsForOthers;
  return {
    bodies: {
      slots: new FairSemaphore({
        ...small,
        name: 'bodies',
        capacity: bodySlots,
        capacityPerKey: bodySlotsPerKey,
      }),
      bytesPerSlot,
      // One key may hold the largest body, or as much in smaller ones; there is always memory for as much of another key.
      bytes: new FairSemaphore({
        ...small,
        name: 'body-bytes',
        capacity: 2 * config.MAX_BODY_BYTES,
        capacityPerKey: config.MAX_BODY_BYTES,
      }),
      pace: bodyPace,
    },
    streams: new FairSemaphore({
      name: 'streams',
      capacity: maxStreams,
      capacityPerKey: maxStreamsPerKey,
      maxWaitingPerKey: maxWaitingStreamsPerKey,
      maxWaiting: maxWaitingStreams,
      patienceMs: streamPatienceMs,
      retryAfterSeconds: 5,
    }),
    streamPace,
    captures: new FairSemaphore({
      ...small,
      name: 'captures',
      capacity: connections,
      capacityPerKey: connections - connectionsForOtherKeys,
    }),
  };
}
