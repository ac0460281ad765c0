import { setMaxListeners } from 'node:events';
import type { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listBatchConflicts } from '../../db/batches/list-batch-conflicts.ts';
import type { Database } from '../../db/connection/database.ts';
import { Batch } from '../../db/models/batch.ts';
import { isFinal } from '../../domain/status.ts';
import type { ApiContext } from '../context.ts';
import { EventStreams, eventText, heartbeat, heartbeatMs, sendEvent } from '../event-streams.ts';
import type { WorkflowLinks } from '../workflow-links.ts';
import { presentBatchWithConflicts } from './presenter.ts';

/** How often the batches of all listeners are looked up, in one query. */
const pollMs = 500;
/** The limit of listeners in one process. Each of them is written to, and may read slowly. */
const maxListeners = 200;
/** Listeners of one key: enough for a client that waits for several batches, and far from all. */
const maxListenersEach = 20;

/** Server-sent events: `progress` with the batch whenever it changed, `end` once it is completed or failed. */
export function batchEvents(database: Database, links: WorkflowLinks, stopping: AbortSignal) {
  const streams = new EventStreams({ total: maxListeners, each: maxListenersEach });
  // Each stream listens to it, and Node.js warns of more than ten.
  setMaxListeners(0, stopping);

  const awaitedIds = new Set<string>();
  let nextPoll: Promise<Map<string, Batch>> | null = null;
  async function poll(): Promise<Map<string, Batch>> {
    await sleep(pollMs, undefined, { signal: stopping });
    nextPoll = null;
    const ids = [...awaitedIds];
    awaitedIds.clear();
    const batches = await Batch.query(database).findByIds(ids);
    return new Map(batches.map((batch) => [batch.id, batch]));
  }

  async function send(stream: PassThrough, batch: Batch): Promise<void> {
    let last = '';
    let lastSentAt = Date.now();
    // The conflicts of a batch never change.
    const conflicts = await listBatchConflicts(database, batch);
    let current: Batch | undefined = batch;
    while (current !== undefined && !stream.destroyed) {
      const name = isFinal(current.status) ? 'end' : 'progress';
      const event = eventText(name, presentBatchWithConflicts(current, conflicts, links));
      if (event !== last) {
        last = event;
        lastSentAt = Date.now();
        sendEvent(stream, event);
      } else if (Date.now() - lastSentAt > heartbeatMs) {
        lastSentAt = Date.now();
        sendEvent(stream, heartbeat);
      }
      if (isFinal(current.status)) break;
      awaitedIds.add(batch.id);
      nextPoll ??= poll();
      current = (await nextPoll).get(batch.id);
    }
  }

  return {
    stream(ctx: ApiContext, batch: Batch): void {
      const stream = streams.open(ctx, String(ctx.state.principal.lineageId));
      send(stream, batch)
        // The client reconnects by itself, and then gets the error.
        .catch(() => {})
        .finally(() => stream.end());
    },
  };
}
