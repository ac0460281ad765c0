/** A bounded queue that serves its clients in turn, so that one that adds much holds no other one up. */
export class FairQueue<Item> {
  readonly #maxLength: number;
  /** The queue whose turn it is comes first. No queue is empty. */
  readonly #queues = new Map<string, Item[]>();
  #length = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Adds an item behind those of its client. Where the queue is full, the client with most items loses its
   * last one, which is returned.
   */
  push(client: string, item: Item): Item | null {
    const queue = this.#queues.get(client);
    if (queue === undefined) this.#queues.set(client, [item]);
    else queue.push(item);
    this.#length++;
    return this.#length > this.#maxLength ? this.#drop() : null;
  }

  /** Puts an item that was taken back in front of those of its client, whose turn is then the next. */
  putBack(client: string, item: Item): void {
    const rest = [...this.#queues];
    const queue = this.#queues.get(client) ?? [];
    queue.unshift(item);
    this.#queues.clear();
    this.#queues.set(client, queue);
    for (const [other, items] of rest) if (other !== client) this.#queues.set(other, items);
    this.#length++;
  }

  /** The item whose turn it is; undefined where there is none. */
  take(): { client: string; item: Item } | undefined {
    const [next] = this.#queues;
    if (next === undefined) return undefined;
    const [client, queue] = next;
    const item = queue.shift() as Item;
    this.#queues.delete(client);
    if (queue.length > 0) this.#queues.set(client, queue);
    this.#length--;
    return { client, item };
  }

  /** The items that would be taken next, at most so many. */
  peek(count: number): Item[] {
    const items: Item[] = [];
    const queues = [...this.#queues.values()];
    for (let round = 0; items.length < Math.min(count, this.#length); round++) {
      for (const queue of queues)
        if (round < queue.length && items.length < count) items.push(queue[round] as Item);
    }
    return items;
  }

  clear(): void {
    this.#queues.clear();
    this.#length = 0;
  }

  #drop(): Item {
    const [client, longest] = [...this.#queues].reduce((one, other) =>
      other[1].length > one[1].length ? other : one,
    );
    const item = longest.pop() as Item;
    if (longest.length === 0) this.#queues.delete(client);
    this.#length--;
    return item;
  }
}
