import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

/** A notification of an entry in the audit log, which PostgreSQL sends once the entry is committed. */
export interface AnnouncedChange {
  /** The resource as in the audit log; '*' when notifications may have been missed. */
  resource: string;
  /** Null when many or all may have changed. */
  ids: string[] | null;
  requestId: string | null;
}

export type ChangeListener = (change: AnnouncedChange) => void;

/** Calls the listener with each change, until the returned function is called. */
export type ListenForChanges = (listener: ChangeListener) => () => void;

const channel = 'tallyflow_changes';
const everything: AnnouncedChange = { resource: '*', ids: null, requestId: null };
/** The pause after a lost connection. */
const pauseMs = 1_000;
/** The interval between two checks that the connection still works, and the time limit of an answer. */
const probeMs = 15_000;
const answerMs = 5_000;

/**
 * Listens on a connection outside the pool, which a listener would occupy for ever. The connection opens with
 * the first listener, reopens whenever it was lost, and closes when the process stops. A connection pooler in
 * between must use session mode (PgBouncer).
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
        logger.warn({ err: error }, 'the connection for notifications was lost');
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
    // Notifications that were sent before the connection are lost.
    tell(everything);
    while (!stopping.aborted) {
      await sleep(probeMs, undefined, { signal: ended });
      await client.query('SELECT 1');
    }
  } catch (error) {
    if (!stopping.aborted) throw lost.signal.reason ?? error;
  } finally {
    // client.end() would wait for a server that no longer answers.
    (client.connection.stream as Socket).destroy();
  }
}

function parse(payload: string): AnnouncedChange {
  const { resource, ids, request_id } = JSON.parse(payload);
  return { resource, ids, requestId: request_id };
}
