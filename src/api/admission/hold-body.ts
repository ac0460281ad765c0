import type { IncomingMessage } from 'node:http';
import type { Room } from './room.ts';

/** How long room is kept for what a client has announced but not sent; whoever is slower takes it as it arrives. */
const announcementMs = 5_000;

/**
 * Takes room for a request's body: for all of it when its length is announced, so that a body that was
 * begun can be read to its end; for a chunked or compressed one as it arrives. The work is given a function
 * that counts its body's bytes as it reads them, at most `maxBytes`. All is given back when the work is
 * done. Throws ApiError `overloaded`, at the start or at a chunk.
 */
export async function holdBody<Result>(
  room: Room,
  request: IncomingMessage,
  maxBytes: number,
  work: (counted: (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) => Promise<Result>,
): Promise<Result> {
  const announced = announcedBytes(request);
  // A body that is too large is refused before it is read.
  let held = announced > maxBytes ? 0 : announced;
  let arrived = 0;
  await room.take(held);
  // An announcement costs nothing: a client that sends no more must not keep others out with it.
  const timer = setTimeout(() => {
    const unused = Math.max(held - arrived, 0);
    held -= unused;
    room.giveBack(unused);
  }, announcementMs);
  async function* counted(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      arrived += chunk.length;
      const missing = arrived - held;
      if (missing > 0) {
        await room.take(missing, { isGrowing: true });
        held += missing;
      }
      yield chunk;
    }
  }
  try {
    return await work(counted);
  } finally {
    clearTimeout(timer);
    room.giveBack(held);
  }
}

/** Zero for a body whose size shows only as it is read. */
function announcedBytes({ headers }: IncomingMessage): number {
  const isCompressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  return isCompressed ? 0 : Number(headers['content-length'] ?? 0);
}
