import { once, setMaxListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import { Batch } from '../../db/models/batch.ts';
import { ApiError } from '../../domain/errors.ts';
import { isFinal } from '../../domain/status.ts';
import type { ApiContext } from '../context.ts';
import type { WorkflowLinks } from '../workflow-links.ts';
import { presentBatch } from './presenter.ts';

/** How often a batch is looked up for each listener: one read by primary key. */
const pollMs = 500;
/** A comment line now and then, so that proxies keep a silent connection open. */
const keepAliveMs = 15_000;
/** Listeners of one process; each costs two reads a second. */
const maxListeners = 200;

/** Server-sent events: `progress` with the batch whenever it changed, `end` once it is completed or failed. */
export function batchEvents(database: Database, links: WorkflowLinks, stopping: AbortSignal) {
  let listeners = 0;
  // Each stream listens to it, and Node.js warns of more than ten.
  setMaxListeners(maxListeners, stopping);

  async function send(stream: PassThrough, batch: Batch): Promise<void> {
    let last = '';
    let lastSentAt = Date.now();
    let current: Batch | undefined = batch;
    while (current !== undefined && !stream.destroyed) {
      const data = JSON.stringify(presentBatch(current, links));
      if (data !== last) {
        const name = isFinal(current.status) ? 'end' : 'progress';
        last = data;
        lastSentAt = Date.now();
        if (!stream.write(`event: ${name}\ndata: ${data}\n\n`))
          await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      } else if (Date.now() - lastSentAt > keepAliveMs) {
        lastSentAt = Date.now();
        stream.write(': still here\n\n');
      }
      if (isFinal(current.status)) break;
      await sleep(pollMs, undefined, { signal: stopping });
      current = await Batch.query(database).findById(batch.id);
    }
  }

  return {
    stream(ctx: ApiContext, batch: Batch): void {
      if (listeners >= maxListeners) {
        throw new ApiError('overloaded', `${maxListeners} listeners are connected already.`, {
          retryAfterSeconds: 5,
        });
      }
      listeners++;
      const stream = new PassThrough();
      ctx.type = 'text/event-stream';
      ctx.set('Cache-Control', 'no-store');
      ctx.set('X-Accel-Buffering', 'no');
      ctx.body = stream;
      send(stream, batch)
        // The client reconnects by itself, and hears then what is wrong.
        .catch(() => {})
        .finally(() => {
          listeners--;
          stream.end();
        });
    },
  };
}
