import { ApiError } from '../../domain/errors.ts';
import { countLimitHit, type LimitName } from '../limit-hits.ts';

/** How often holders are checked while a request waits: well within the seconds after which one is too slow. */
const lookMs = 250;
/** How long a key may hold more than an even share while another one waits: most requests are over by then. */
const unevenMs = 5_000;

export interface FairSemaphoreOptions {
  /** What refusals are counted as. */
  name: LimitName;
  capacity: number;
  /** How much one key may hold. It is below the capacity, so that another key always gets some. */
  capacityPerKey: number;
  /** Requests of one key that may wait. Each holds a connection, and what has arrived of its body. */
  maxWaitingPerKey: number;
  /** Requests of all keys that may wait. */
  maxWaiting: number;
  /** A request that has waited for so long is better told to come back. */
  patienceMs: number;
  /** After which time a refused client is told to try again. */
  retryAfterSeconds: number;
}

/** A holder that can be made to give way while others wait. */
export interface Holder {
  /** For how long it has been too slow, in milliseconds; 0 where it is not. */
  slowForMs(): number;
  /** Makes it give back what it holds soon. False where it will do so anyway, because its whole request has arrived. */
  giveWay(): boolean;
}

interface Waiting {
  account: Account;
  amount: number;
  /** Holders that want more go first, since what they hold is of use only with it. */
  isGrowing: boolean;
  /** Counts up in the order of arrival. */
  turn: number;
  /** Milliseconds, as performance.now() counts them. */
  since: number;
  enter: () => void;
  refuse: (error: ApiError) => void;
}

/** The permits that one key holds, and its requests that wait. */
interface Account {
  key: string;
  held: number;
  permits: Set<Permits>;
  waiting: Waiting[];
}

/**
 * A bounded amount of something, shared evenly by keys. Requests for which there is none left wait in a queue
 * of their key; the key that holds least is served first, then the request that has waited for longest. The
 * request whose turn it is waits for as much as it wants and nobody passes it, so that large ones get their
 * turn. Whoever waits for too long, or has too many that wait, is refused (`overloaded`), and no other key is.
 */
export class FairSemaphore {
  readonly #options: FairSemaphoreOptions;
  readonly #accounts = new Map<string, Account>();
  #taken = 0;
  #waitingCount = 0;
  #turn = 0;
  #looking: NodeJS.Timeout | undefined;
  /** The holder that was told to give way, until it has. */
  #leaving: Permits | null = null;

  constructor(options: FairSemaphoreOptions) {
    this.#options = options;
  }

  /** The amount that all keys hold together. */
  get taken(): number {
    return this.#taken;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waitingCount;
  }

  /**
   * Resolves once the key holds the amount, which is at least 1 and at most what one key may hold. A `holder` can be made to
   * give it back while others wait. Throws ApiError `overloaded`.
   */
  async acquire(
    key: string,
    { amount = 1, holder }: { amount?: number; holder?: Holder } = {},
  ): Promise<Permits> {
    const account = this.#accountOf(key);
    await this.#take(account, amount, false);
    const permits: Permits = new Permits(
      amount,
      holder,
      (more) => this.#take(account, more, true),
      (less) => {
        this.#giveBack(account, less);
        if (permits.amount > 0) return;
        account.permits.delete(permits);
        if (this.#leaving === permits) this.#leaving = null;
      },
    );
    account.permits.add(permits);
    return permits;
  }

  async #take(account: Account, amount: number, isGrowing: boolean): Promise<void> {
    if (this.#waitingCount === 0 && this.#fits(account, amount)) {
      this.#grant(account, amount);
      return;
    }
    this.#makeRoomInQueue(account, amount);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.refuse(
          this.#overloaded('No capacity became free in time.', this.#hasItsShare(account, amount)),
        );
        // The requests behind it may want less.
        this.#admit();
        // The timer need not keep the process alive, since the request's connection does.
      }, this.#options.patienceMs).unref();
      const waiting: Waiting = {
        account,
        amount,
        isGrowing,
        turn: this.#turn++,
        since: performance.now(),
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          this.#forget(waiting);
          reject(error);
        },
      };
      if (isGrowing) account.waiting.unshift(waiting);
      else account.waiting.push(waiting);
      this.#accounts.set(account.key, account);
      this.#waitingCount++;
      this.#admit();
      // A request that has others of its key before it changes nothing.
      if (account.waiting.length === 1) this.#makeRoom();
    });
  }

  /**
   * Throws where too many requests of the key wait already. Where too many of all keys wait, the key with the most of
   * them loses its last one.
   */
  #makeRoomInQueue(account: Account, amount: number): void {
    const { maxWaitingPerKey, maxWaiting } = this.#options;
    const own = account.waiting.length;
    const tooMany = (isOwnDoing: boolean) =>
      this.#overloaded('Too many of your requests are already waiting.', isOwnDoing);
    if (own >= maxWaitingPerKey) throw tooMany(true);
    if (this.#waitingCount < maxWaiting) return;
    const longest = [...this.#accounts.values()].reduce((one, other) =>
      other.waiting.length > one.waiting.length ? other : one,
    );
    if (longest.waiting.length <= own + 1) throw tooMany(this.#hasItsShare(account, amount));
    const last = longest.waiting.at(-1);
    last?.refuse(tooMany(this.#hasItsShare(longest, last.amount)));
  }

  #grant(account: Account, amount: number): void {
    this.#taken += amount;
    account.held += amount;
    this.#accounts.set(account.key, account);
  }

  #giveBack(account: Account, amount: number): void {
    this.#taken -= amount;
    account.held -= amount;
    this.#forgetAccount(account);
    this.#admit();
  }

  #forget(waiting: Waiting): void {
    const { account } = waiting;
    account.waiting = account.waiting.filter((each) => each !== waiting);
    this.#waitingCount--;
    this.#forgetAccount(account);
  }

  #accountOf(key: string): Account {
    return this.#accounts.get(key) ?? { key, held: 0, permits: new Set(), waiting: [] };
  }

  #forgetAccount(account: Account): void {
    if (account.held === 0 && account.waiting.length === 0) this.#accounts.delete(account.key);
  }

  #fits(account: Account, amount: number): boolean {
    const { capacity, capacityPerKey } = this.#options;
    return this.#taken + amount <= capacity && account.held + amount <= capacityPerKey;
  }

  /** Whether the key may hold no more, or holds an even share of what there is: then it is not for want of capacity that it waits. */
  #hasItsShare(account: Account, amount: number): boolean {
    const { capacity, capacityPerKey } = this.#options;
    return account.held + amount > capacityPerKey || account.held >= capacity / this.#accounts.size;
  }

  #admit(): void {
    for (
      let next = this.#next();
      next !== undefined && this.#fits(next.account, next.amount);
      next = this.#next()
    ) {
      next.account.waiting.shift();
      this.#waitingCount--;
      this.#grant(next.account, next.amount);
      next.enter();
    }
    if (this.#waitingCount > 0)
      this.#looking ??= setInterval(() => this.#makeRoom(), lookMs).unref();
    else {
      clearInterval(this.#looking);
      this.#looking = undefined;
    }
  }

  /** The request whose turn it is, of those whose key may hold more. */
  #next(): Waiting | undefined {
    let next: Waiting | undefined;
    for (const { waiting, held } of this.#accounts.values()) {
      const [first] = waiting;
      if (first === undefined || held + first.amount > this.#options.capacityPerKey) continue;
      if (next === undefined || isBefore(first, next)) next = first;
    }
    return next;
  }

  /** Makes one holder give way, where one has to. No other one has to until that has left. */
  #makeRoom(): void {
    if (this.#leaving !== null) return;
    const next = this.#next();
    const candidates = [...this.#slowHolders(next), ...this.#newestOfLargestShare(next)];
    this.#leaving = candidates.find(({ holder }) => holder?.giveWay()) ?? null;
  }

  /**
   * The holders that are too slow, the slowest one first: those of the key that holds most, and more than the one
   * whose turn it is; and those of a key that has its share and wants more.
   */
  #slowHolders(next: Waiting | undefined): Permits[] {
    const accounts = [...this.#accounts.values()];
    const most = Math.max(...accounts.map(({ held }) => held));
    return accounts
      .filter((account) => {
        const isAtItsShare =
          account.waiting[0] !== undefined &&
          account.held + account.waiting[0].amount > this.#options.capacityPerKey;
        const isInTheWay = next !== undefined && account.held === most && most > next.account.held;
        return isAtItsShare || isInTheWay;
      })
      .flatMap(({ permits }) => [...permits])
      .map((permits) => ({ permits, slowForMs: permits.holder?.slowForMs() ?? 0 }))
      .filter(({ slowForMs }) => slowForMs > 0)
      .toSorted((one, other) => other.slowForMs - one.slowForMs)
      .map(({ permits }) => permits);
  }

  /**
   * However fast they are, once another key has waited for some seconds: the holders of keys that hold more than an
   * even share, and more than that key will hold, so that none is sent away to and fro. The key that holds most
   * comes first, and of its holders the newest one, which loses least.
   */
  #newestOfLargestShare(next: Waiting | undefined): Permits[] {
    if (next === undefined || performance.now() - next.since < unevenMs) return [];
    const evenShare = this.#options.capacity / this.#accounts.size;
    const heldByNext = next.account.held + next.amount;
    return [...this.#accounts.values()]
      .filter(({ held }) => held > evenShare && held > heldByNext)
      .toSorted((one, other) => other.held - one.held)
      .flatMap(({ permits }) => [...permits].toReversed());
  }

  #overloaded(detail: string, isOwnDoing: boolean): ApiError {
    const { name, retryAfterSeconds } = this.#options;
    countLimitHit(name);
    return new ApiError(
      'overloaded',
      `${detail} Nothing was done. Send it again in ${retryAfterSeconds} seconds.`,
      { retryAfterSeconds, isOwnDoing },
    );
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  if (one.isGrowing !== other.isGrowing) return one.isGrowing;
  if (one.account.held !== other.account.held) return one.account.held < other.account.held;
  return one.turn < other.turn;
}

/** The amount that a request holds of a FairSemaphore, until it is disposed of. */
export class Permits implements Disposable {
  readonly holder: Holder | undefined;
  readonly #take: (amount: number) => Promise<void>;
  readonly #giveBack: (amount: number) => void;
  #amount: number;

  /** Made by a FairSemaphore alone. */
  constructor(
    amount: number,
    holder: Holder | undefined,
    take: (amount: number) => Promise<void>,
    giveBack: (amount: number) => void,
  ) {
    this.#amount = amount;
    this.holder = holder;
    this.#take = take;
    this.#giveBack = giveBack;
  }

  get amount(): number {
    return this.#amount;
  }

  /** Takes more, before those who hold nothing. Throws ApiError `overloaded`. */
  async grow(amount: number): Promise<void> {
    await this.#take(amount);
    this.#amount += amount;
  }

  /** Gives back some of it; with the last of it these permits end. */
  shrink(amount: number): void {
    if (amount === 0) return;
    this.#amount -= amount;
    this.#giveBack(amount);
  }

  [Symbol.dispose](): void {
    this.shrink(this.#amount);
  }
}
