import { PassThrough } from 'node:stream';
import { ApiError } from '../domain/errors.ts';
import type { ApiContext } from './context.ts';

/** A comment line now and then, so that proxies keep a silent connection open. */
export const heartbeatMs = 15_000;
export const heartbeat = ': still here\n\n';

export const eventText = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Answers that are streams of server-sent events, of which a process has so many at most at a time. */
export class EventStreams {
  readonly #max: number;
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Begins the answer. Throws ApiError `overloaded` where there are too many. */
  open(ctx: ApiContext): PassThrough {
    if (this.#count >= this.#max) {
      throw new ApiError('overloaded', `${this.#max} listeners are connected already.`, {
        retryAfterSeconds: 5,
      });
    }
    this.#count++;
    const stream = new PassThrough();
    // Ended, or left by the client.
    stream.once('close', () => this.#count--);
    ctx.type = 'text/event-stream';
    ctx.set('Cache-Control', 'no-store');
    ctx.set('X-Accel-Buffering', 'no');
    ctx.body = stream;
    return stream;
  }
}
