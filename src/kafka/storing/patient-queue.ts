import { FairQueue } from '../../domain/fair-queue.ts';
import { type TakenRecord, unload } from '../reading/taken-record.ts';

/**
 * Records that may wait for long. Clients take turns. Of what a client has beyond its share of memory the values are given
 * up, and read again when it is their turn: others need room, too.
 */
export class PatientQueue<Item extends TakenRecord> {
  readonly #maxBytesEach: number;
  readonly #queue = new FairQueue<Item>(Number.POSITIVE_INFINITY);
  readonly #bytes = new Map<string, number>();

  constructor(maxBytesEach: number) {
    this.#maxBytesEach = maxBytesEach;
  }

  /** Returns by how much memory changes. */
  push(taken: Item): number {
    const { client } = taken.identity;
    const bytes = this.#bytes.get(client) ?? 0;
    const change = bytes + taken.bytes > this.#maxBytesEach ? unload(taken) : 0;
    this.#bytes.set(client, bytes + taken.bytes);
    this.#queue.push(client, taken);
    return change;
  }

  /** The record whose turn it is, but none of these clients. */
  take(busy: ReadonlySet<string> = new Set()): Item | undefined {
    // As many clients as are busy may be in the way.
    const passed: Item[] = [];
    let found: Item | undefined;
    while (found === undefined && passed.length <= busy.size) {
      const next = this.#queue.take();
      if (next === undefined) break;
      if (busy.has(next.client)) passed.push(next.item);
      else found = next.item;
    }
    for (const item of passed.reverse()) this.#queue.putBack(item.identity.client, item);
    if (found === undefined) return undefined;
    const { client } = found.identity;
    const bytes = (this.#bytes.get(client) ?? 0) - found.bytes;
    if (bytes > 0) this.#bytes.set(client, bytes);
    else this.#bytes.delete(client);
    return found;
  }
}
