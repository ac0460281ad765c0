import { PassThrough } from 'node:stream';
import { ApiError } from '../domain/errors.ts';
import type { ApiContext } from './context.ts';
import { countLimitHit } from './limit-hits.ts';

/** A comment line now and then, so that proxies keep a silent connection open. */
export const heartbeatMs = 15_000;
export const heartbeat = ': still here\n\n';
/** How much may wait for a client that does not read; beyond that the stream ends, and the client connects again when it can. */
const maxUnreadBytes = 64 * 1024;
const retryAfterSeconds = 5;

export const eventText = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Sends an event, and drops a client that does not read what it is sent. */
export function sendEvent(stream: PassThrough, text: string): void {
  if (!stream.writable) return;
  stream.write(text);
  if (stream.writableLength > maxUnreadBytes) stream.destroy();
}

/** How many streams a process may have, and how many of them one listener. */
export interface EventStreamLimits {
  total: number;
  each: number;
}

/** Answers that are streams of server-sent events, of which nobody can take all. */
export class EventStreams {
  readonly #limits: EventStreamLimits;
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(limits: EventStreamLimits) {
    this.#limits = limits;
  }

  /** Begins the answer to the listener. Throws ApiError `rate_limited` where that one has too many, `overloaded` where all together have. */
  open(ctx: ApiContext, who: string): PassThrough {
    const { total, each } = this.#limits;
    const count = this.#counts.get(who) ?? 0;
    if (count >= each || this.#total >= total) countLimitHit('event-streams');
    if (count >= each)
      throw new ApiError(
        'rate_limited',
        `You already have ${each} event streams open. Close one first.`,
        {
          retryAfterSeconds,
        },
      );
    if (this.#total >= total)
      throw new ApiError(
        'overloaded',
        `${total} event streams are already open. Try again later.`,
        {
          retryAfterSeconds,
        },
      );
    this.#total++;
    this.#counts.set(who, count + 1);
    const stream = new PassThrough();
    // The stream has ended, or its client has left.
    stream.once('close', () => this.#forget(who));
    ctx.type = 'text/event-stream';
    ctx.set('Cache-Control', 'no-store');
    ctx.set('X-Accel-Buffering', 'no');
    ctx.body = stream;
    return stream;
  }

  #forget(who: string): void {
    this.#total--;
    const left = (this.#counts.get(who) ?? 1) - 1;
    if (left === 0) this.#counts.delete(who);
    else this.#counts.set(who, left);
  }
}
