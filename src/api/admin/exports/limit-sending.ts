import type { ServerResponse } from 'node:http';

export interface SendingLimits {
  /** The time limit for each piece, which is a minimum rate, as pieces have one size. */
  stallMs: number;
  /** The time limit for the whole answer. */
  deadlineMs: number;
}

/**
 * How an answer ended: complete, cut off by a limit, by an error of its source, or by the end of the connection, which
 * the client closes, or the API when the client has lost access.
 */
export type SendingOutcome = 'finished' | 'connection_closed' | 'stalled' | 'deadline' | 'failed';

/**
 * Passes on the pieces of an answer, which the caller pipes into the response. Cuts the connection of a client that
 * does not read them in time, so that it sees that the file is incomplete. Reports once how the answer ended.
 */
export function limitSending<Piece>(
  response: ServerResponse,
  source: AsyncIterable<Piece>,
  { stallMs, deadlineMs }: SendingLimits,
  onEnd: (outcome: SendingOutcome) => void,
): AsyncGenerator<Piece> {
  let reason: SendingOutcome = 'connection_closed';
  /** The time since which a piece has been waiting for the client; null while none is. */
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
  // A response emits `close` only once.
  if (response.destroyed) end();
  else response.once('close', end);

  async function* pieces(): AsyncGenerator<Piece> {
    try {
      for await (const piece of source) {
        unreadSince = Date.now();
        yield piece;
        unreadSince = null;
      }
      // The last pieces are in the response now, and the client still has to read them.
      unreadSince = Date.now();
    } catch (error) {
      // An error after the connection was cut is a consequence of that.
      if (unreadSince === null) reason = 'failed';
      throw error;
    }
  }
  return pieces();
}
