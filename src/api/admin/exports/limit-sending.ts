import type { ServerResponse } from 'node:http';

export interface SendingLimits {
  /** How long a client may take for the next piece; it is the size of a piece that makes it a rate. */
  stallMs: number;
  /** How long it may take in all. */
  deadlineMs: number;
}

/**
 * How an answer ended: whole, or cut off by a limit, because its source failed, or with the connection, which
 * clients close, and the API where who asked may not any more.
 */
export type SendingOutcome = 'finished' | 'connection_closed' | 'stalled' | 'deadline' | 'failed';

/**
 * Passes the pieces of an answer on, which the caller is to pipe into the response, and cuts the connection
 * of a client that does not read them in time: so it sees that the file is not whole. Tells once how it ended,
 * and at once where the client has left before.
 */
export function limitSending<Piece>(
  response: ServerResponse,
  source: AsyncIterable<Piece>,
  { stallMs, deadlineMs }: SendingLimits,
  onEnd: (outcome: SendingOutcome) => void,
): AsyncGenerator<Piece> {
  let reason: SendingOutcome = 'connection_closed';
  /** Since when there has been something to read that was not taken; null while there is nothing. */
  let unreadSince: number | null = null;

  function cut(because: SendingOutcome): void {
    reason = because;
    response.destroy();
  }
  const deadline = setTimeout(() => cut('deadline'), deadlineMs).unref();
  const watch = setInterval(
    () => {
      if (unreadSince !== null && Date.now() - unreadSince > stallMs) cut('stalled');
    },
    Math.min(1_000, stallMs / 4),
  ).unref();
  function end(): void {
    clearTimeout(deadline);
    clearInterval(watch);
    onEnd(response.writableFinished ? 'finished' : reason);
  }
  // A response says only once that it is closed.
  if (response.destroyed) end();
  else response.once('close', end);

  async function* pieces(): AsyncGenerator<Piece> {
    try {
      for await (const piece of source) {
        unreadSince = Date.now();
        yield piece;
        unreadSince = null;
      }
      // The last ones are in the response by now, whose end somebody has to read as well.
      unreadSince = Date.now();
    } catch (error) {
      // Whoever is thrown out in the middle of a piece did not fail.
      if (unreadSince === null) reason = 'failed';
      throw error;
    }
  }
  return pieces();
}
