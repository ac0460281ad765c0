/** Calls that may be under way at once before others wait for each other. */
const maxUnderWay = 2;

/** A call that stands still, as with a server that hangs, holds up those behind it no longer than this. */
const maxWaitMs = 50;

interface Waiting<Item, Result> {
  item: Item;
  settle: (outcome: PromiseSettledResult<Result>) => void;
}

/**
 * Does in one call what is asked for while other calls are under way: under load each call does more, and
 * what comes alone waits for nothing. `call` tells each item's outcome, in their order, and throws nothing.
 */
export class Gathering<Item, Result> {
  readonly #call: (items: readonly Item[]) => Promise<PromiseSettledResult<Result>[]>;
  #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: (items: readonly Item[]) => Promise<PromiseSettledResult<Result>[]>) {
    this.#call = call;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: PromiseSettledResult<Result>) =>
        outcome.status === 'fulfilled' ? resolve(outcome.value) : reject(outcome.reason);
      this.#waiting.push({ item, settle });
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
    const outcomes = await this.#call(group.map(({ item }) => item));
    this.#underWay--;
    for (const [index, { settle }] of group.entries())
      settle(outcomes[index] as PromiseSettledResult<Result>);
    if (this.#waiting.length > 0 && this.#underWay < maxUnderWay) void this.#begin();
  }
}
