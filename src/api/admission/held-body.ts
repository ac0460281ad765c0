import type { IncomingMessage } from 'node:http';
import type { FairSemaphore, Permits } from './fair-semaphore.ts';
import { Pace, type PaceLimits } from './pace.ts';

/** How long memory is reserved for bytes that a client has announced and not sent; after that they take it as they arrive. */
const announcementMs = 5_000;

export interface BodyAdmission {
  /** Bodies that are held at a time. */
  slots: FairSemaphore;
  /** How many bytes each slot includes, so that small bodies never wait for large ones. */
  bytesPerSlot: number;
  /** Limits the bytes of all bodies together beyond those that their slots include. */
  bytes: FairSemaphore;
  /** How many bytes a second a client has to send. */
  pace: PaceLimits;
}

/** The memory that is reserved for a request's body, until it is disposed of. */
export class HeldBody implements Disposable {
  readonly #admission: BodyAdmission;
  readonly #key: string;
  readonly #pace: Pace;
  readonly #slot: Permits;
  #beyondSlot: Permits | null = null;
  #arrived = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(admission: BodyAdmission, key: string, pace: Pace, slot: Permits) {
    this.#admission = admission;
    this.#key = key;
    this.#pace = pace;
    this.#slot = slot;
  }

  /**
   * Reserves memory for a body of at most `maxBytes`: for all of it when its length is announced, so that a body
   * that was begun can be read to its end; for a chunked or compressed one as it arrives. Throws ApiError
   * `overloaded`.
   */
  static async open(
    admission: BodyAdmission,
    key: string,
    request: IncomingMessage,
    maxBytes: number,
  ): Promise<HeldBody> {
    const pace = new Pace(admission.pace);
    const body = new HeldBody(
      admission,
      key,
      pace,
      await admission.slots.acquire(key, { holder: pace }),
    );
    const announced = announcedBytes(request);
    // A body that is too large is refused before it is read.
    if (announced <= admission.bytesPerSlot || announced > maxBytes) return body;
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

  /** How long the client was waited for. */
  get waitedMs(): number {
    return this.#pace.waitedMs;
  }

  /** Passes on the bytes as there is memory for them. Throws ApiError `overloaded`, or `request_timeout` where they come too slowly. */
  async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of this.#pace.listen(bytes)) {
      this.#pace.count(chunk.length);
      this.#arrived += chunk.length;
      if (this.#arrived > this.#admission.bytesPerSlot) await this.#cover(this.#arrived);
      yield chunk;
    }
  }

  async #cover(bytes: number): Promise<void> {
    const held = this.#beyondSlot?.amount ?? 0;
    const missing = bytes - this.#admission.bytesPerSlot - held;
    if (missing <= 0) return;
    if (this.#beyondSlot !== null) await this.#beyondSlot.grow(missing);
    else {
      this.#beyondSlot = await this.#admission.bytes.acquire(this.#key, {
        amount: missing,
        holder: this.#pace,
      });
    }
  }

  #giveBackUnused(): void {
    if (this.#beyondSlot === null) return;
    const used = Math.max(this.#arrived - this.#admission.bytesPerSlot, 0);
    this.#beyondSlot.shrink(Math.max(this.#beyondSlot.amount - used, 0));
    if (used === 0) this.#beyondSlot = null;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#beyondSlot?.[Symbol.dispose]();
    this.#slot[Symbol.dispose]();
  }
}

/** The announced length of a body; 0 for one whose size shows only as it is read. */
function announcedBytes({ headers }: IncomingMessage): number {
  const isCompressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  return isCompressed ? 0 : Number(headers['content-length'] ?? 0);
}
