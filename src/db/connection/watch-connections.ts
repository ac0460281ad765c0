import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';
import { describeDatabaseError } from './errors.ts';

/** A statement that hears nothing for this long may be slow, or its server may be gone. */
const silenceMs = 1_000;
/** A server that has not let a new connection in after this long is gone. */
const probeTimeoutMs = 1_500;
/** A process that was this late to look has not given the server its time. */
const maxLatenessMs = 500;

/** What @types/pg leaves out: whether no statement is under way. */
type WatchedClient = pg.Client & { readyForQuery?: boolean };

/**
 * Gives up on statements whose server stands still: a machine that hangs, a network that swallows
 * everything. TCP keeps such connections for minutes or for ever, and a limit on the statement's time
 * would have to be longer than the slowest good one. So a statement that hears nothing for a while makes
 * this ask for another connection, and only when that gets no answer either are the silent ones closed,
 * after two and a half seconds in all. Returns what is to be called with each new connection.
 */
export function watchConnections(url: string): (client: pg.Client) => void {
  let probing: Promise<boolean> | null = null;
  const isServerThere = () => {
    probing ??= probe(url).finally(() => {
      probing = null;
    });
    return probing;
  };

  return (client: WatchedClient) => {
    const stream = client.connection.stream as Socket;
    stream.setTimeout(silenceMs);
    stream.on('timeout', async () => {
      if (client.readyForQuery === true) return;
      const bytesBefore = stream.bytesRead;
      const isThere = await isServerThere();
      if (isThere || stream.bytesRead > bytesBefore) stream.setTimeout(silenceMs);
      else
        stream.destroy(Object.assign(new Error('the database is silent'), { code: 'ETIMEDOUT' }));
    });
  };
}

async function probe(url: string): Promise<boolean> {
  const startedAt = performance.now();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: probeTimeoutMs,
    application_name: 'tallyflow-probe',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    // An answer that has arrived meanwhile is read first.
    await nextTurn();
    const isLate = performance.now() - startedAt > probeTimeoutMs + maxLatenessMs;
    // "Too many connections" is an answer too.
    return isLate || describeDatabaseError(error) !== null;
  } finally {
    // It is not awaited, since the server may have stopped answering.
    client.end().catch(() => {});
  }
}
