import type { IncomingMessage } from 'node:http';
import type { FairSemaphore, Permits } from './fair-semaphore.ts';
import { Pace, type PaceLimits } from './pace.ts';

/** How long room is kept for what a client has announced but not sent; a slower one takes it as it arrives. */
const announcementMs = 5_000;

export interface BodyRoom {
  /** Bodies that are held at a time. */
  slots: FairSemaphore;
  /** Bytes that come with a slot, so that small bodies never wait for large ones. */
  bytesPerSlot: number;
  /** Bytes beyond those of the slots, of all bodies together. */
  bytes: FairSemaphore;
  /** Bytes a second that a client has to send. */
  pace: PaceLimits;
}

/** The room that a request's body takes, until it is disposed of. */
export class HeldBody implements Disposable {
  readonly #room: BodyRoom;
  readonly #key: string;
  readonly #pace: Pace;
  readonly #slot: Permits;
  #beyondSlot: Permits | null = null;
  #arrived = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(room: BodyRoom, key: string, pace: Pace, slot: Permits) {
    this.#room = room;
    this.#key = key;
    this.#pace = pace;
    this.#slot = slot;
  }

  /**
   * Takes room for a body of at most `maxBytes`: for all of it when its length is announced, so that a body
   * that was begun can be read to its end; for a chunked or compressed one as it arrives. Throws ApiError
   * `overloaded`.
   */
  static async open(
    room: BodyRoom,
    key: string,
    request: IncomingMessage,
    maxBytes: number,
  ): Promise<HeldBody> {
    const pace = new Pace(room.pace);
    const body = new HeldBody(room, key, pace, await room.slots.acquire(key, { holder: pace }));
    const announced = announcedBytes(request);
    // A body that is too large is refused before it is read.
    if (announced <= room.bytesPerSlot || announced > maxBytes) return body;
    try {
      await body.#cover(announced);
    } catch (error) {
      body[Symbol.dispose]();
      throw error;
    }
    // An announcement costs nothing: a client that sends no more must not keep others out with it.
    body.#timer = setTimeout(() => body.#giveBackUnused(), announcementMs).unref();
    return body;
  }

  /** Passes on the bytes as there is room for them. Throws ApiError `overloaded`, or `request_timeout` where they come too slowly. */
  async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of this.#pace.listen(bytes)) {
      this.#pace.count(chunk.length);
      this.#arrived += chunk.length;
      if (this.#arrived > this.#room.bytesPerSlot) await this.#cover(this.#arrived);
      yield chunk;
    }
  }

  async #cover(bytes: number): Promise<void> {
    const held = this.#beyondSlot?.amount ?? 0;
    const missing = bytes - this.#room.bytesPerSlot - held;
    if (missing <= 0) return;
    if (this.#beyondSlot !== null) await this.#beyondSlot.grow(missing);
    else {
      this.#beyondSlot = await this.#room.bytes.acquire(this.#key, {
        amount: missing,
        holder: this.#pace,
      });
    }
  }

  #giveBackUnused(): void {
    if (this.#beyondSlot === null) return;
    const used = Math.max(this.#arrived - this.#room.bytesPerSlot, 0);
    this.#beyondSlot.shrink(Math.max(this.#beyondSlot.amount - used, 0));
    if (used === 0) this.#beyondSlot = null;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#beyondSlot?.[Symbol.dispose]();
    this.#slot[Symbol.dispose]();
  }
}

/** Zero for a body whose size shows only as it is read. */
function announcedBytes({ headers }: IncomingMessage): number {
  const isCompressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  return isCompressed ? 0 : Number(headers['content-length'] ?? 0);
}
