/** Calls that may be under way at once before others wait for each other. */
const maxUnderWay = 2;

/** A call that stands still, as with a server that hangs, holds up those behind it no longer than this. */
const maxWaitMs = 50;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Promise<Result>) => void;
}

/**
 * Does in one call what is asked for while other calls are under way: under load each call does more, and
 * what comes alone waits for nothing. `call` promises each item's result, in their order, and throws nothing
 * itself; a result that takes longer than the others holds up none of them.
 */
export class Gathering<Item, Result> {
  readonly #call: (items: readonly Item[]) => Promise<Promise<Result>[]>;
  #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: (items: readonly Item[]) => Promise<Promise<Result>[]>) {
    this.#call = call;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve) => {
      this.#waiting.push({ item, resolve });
      if (this.#underWay < maxUnderWay) void this.#begin();
      else this.#timer ??= setTimeout(() => void this.#begin(), maxWaitMs);
    });
  }

  async #begin(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const group = this.#waiting;
    this.#waiting = [];
    this.#underWay++;
    const results = await this.#call(group.map(({ item }) => item));
    for (const [index, { resolve }] of group.entries()) resolve(results[index] as Promise<Result>);
    await Promise.allSettled(results);
    this.#underWay--;
    if (this.#waiting.length > 0 && this.#underWay < maxUnderWay) void this.#begin();
  }
}
