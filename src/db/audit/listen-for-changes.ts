import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

/** What the database tells of entries in the audit log, once they are committed. */
export interface AnnouncedChange {
  /** As in the audit log; '*' after announcements may have been missed. */
  resource: string;
  /** Null for many, or for all. */
  ids: string[] | null;
  requestId: string | null;
}

export type ChangeListener = (change: AnnouncedChange) => void;

/** Calls the listener with each change from now on, until what it returns is called. */
export type ListenForChanges = (listener: ChangeListener) => () => void;

const channel = 'tallyflow_changes';
const everything: AnnouncedChange = { resource: '*', ids: null, requestId: null };
/** Between a connection that was lost and the next. */
const pauseMs = 1_000;
/** How often the silent connection is asked for a sign of life, and how long it may take. */
const probeMs = 15_000;
const answerMs = 5_000;

/**
 * Hears of changes on a connection of its own, outside the pool, which a listener would keep for ever.
 * It is opened for the first listener, and anew whenever it was lost; a pooler in between has to keep it
 * to this process (PgBouncer: session mode). It is closed when the process is told to stop.
 */
export function createListenForChanges(
  url: string,
  logger: Logger,
  stopping: AbortSignal,
): ListenForChanges {
  const listeners = new Set<ChangeListener>();
  let isStarted = false;
  const tell: ChangeListener = (change) => {
    for (const listener of listeners) listener(change);
  };

  async function start(): Promise<void> {
    while (!stopping.aborted) {
      try {
        await listen(url, tell, stopping);
      } catch (error) {
        logger.warn({ err: error }, 'changes are not heard for a moment');
      }
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
    }
  }

  return (listener) => {
    listeners.add(listener);
    if (!isStarted) {
      isStarted = true;
      void start();
    }
    return () => listeners.delete(listener);
  };
}

/** Returns when the process is told to stop; throws when the connection is lost. */
async function listen(url: string, tell: ChangeListener, stopping: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tallyflow-changes',
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on('error', (error) => lost.abort(error));
  client.on('end', () => lost.abort(new Error('the database has closed the connection')));
  const ended = AbortSignal.any([stopping, lost.signal]);
  client.on('notification', ({ payload = '' }) => tell(parse(payload)));
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    // Nobody knows what was changed before.
    tell(everything);
    while (!stopping.aborted) {
      await sleep(probeMs, undefined, { signal: ended });
      await client.query('SELECT 1');
    }
  } catch (error) {
    if (!stopping.aborted) throw lost.signal.reason ?? error;
  } finally {
    // Without a farewell, for which a server that has come to a halt would make it wait.
    (client.connection.stream as Socket).destroy();
  }
}

function parse(payload: string): AnnouncedChange {
  const { resource, ids, request_id } = JSON.parse(payload);
  return { resource, ids, requestId: request_id };
}
