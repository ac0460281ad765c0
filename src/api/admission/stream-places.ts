import { ApiError } from '../../domain/errors.ts';

/** Who has sent nothing for so long goes when another comes. */
const defaultSilenceMs = 5_000;
const retryAfterSeconds = 5;

interface Place {
  /** Since when the client is waited for; null while the rows that it has sent are being stored. */
  silentSince: number | null;
  /** Ends the waiting, for another has taken the place. */
  lose: (error: ApiError) => void;
  ended: Promise<void>;
}

/**
 * The streams that are stored at the same time. Each holds a database connection and a transaction open
 * for as long as its client sends, so there are few of them; and a client that has fallen silent must not
 * keep others out, though nobody minds it as long as there is room.
 */
export class StreamPlaces {
  readonly #size: number;
  readonly #silenceMs: number;
  readonly #taken = new Set<Place>();

  constructor(size: number, silenceMs = defaultSilenceMs) {
    this.#size = size;
    this.#silenceMs = silenceMs;
  }

  /**
   * Does the work, which reads its client's bytes through `heard`. Throws ApiError `overloaded` when all
   * others are sending; and `request_timeout` from within `heard`, to who has fallen silent meanwhile.
   */
  async hold<Result>(
    work: (heard: (bytes: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>) => Promise<Result>,
  ): Promise<Result> {
    while (this.#taken.size >= this.#size) await this.#free();
    const ended = Promise.withResolvers<void>();
    const place: Place = { silentSince: null, lose() {}, ended: ended.promise };
    this.#taken.add(place);
    try {
      return await work((bytes) => listen(place, bytes));
    } finally {
      this.#taken.delete(place);
      ended.resolve();
    }
  }

  /** Resolves once the client that has been silent for longest has given its place up. */
  async #free(): Promise<void> {
    const since = ({ silentSince }: Place) => silentSince ?? Number.POSITIVE_INFINITY;
    const [stalest] = [...this.#taken].toSorted((one, other) => since(one) - since(other));
    if (stalest === undefined || since(stalest) > Date.now() - this.#silenceMs) {
      throw new ApiError('overloaded', `${this.#size} streams are being stored already.`, {
        retryAfterSeconds,
      });
    }
    stalest.silentSince = null;
    stalest.lose(
      new ApiError(
        'request_timeout',
        'The stream has sent nothing for some seconds, and another one came. Nothing was stored; send it again.',
        { retryAfterSeconds },
      ),
    );
    await stalest.ended;
  }
}

async function* listen(place: Place, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await heardOrLost(place, iterator);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    place.silentSince = null;
    // Not awaited: who has fallen silent would not let it end.
    void iterator.return?.()?.catch(() => {});
  }
}

/** A promise of its own each time: a race with one that lasts as long as the stream would keep all that has won it. */
function heardOrLost(
  place: Place,
  iterator: AsyncIterator<Buffer>,
): Promise<IteratorResult<Buffer>> {
  return new Promise((resolve, reject) => {
    place.silentSince = Date.now();
    place.lose = reject;
    iterator.next().then((next) => {
      // At once: nobody takes the place of a client that was just heard.
      place.silentSince = null;
      resolve(next);
    }, reject);
  });
}
