interface SpanIds {
  traceId: string;
  spanId: string;
}

let chosen: SpanIds | null = null;

/** Starts a span under these ids. Its children may have named it as their parent already. */
export function withIds<Result>(ids: SpanIds, start: () => Result): Result {
  chosen = ids;
  try {
    return start();
  } finally {
    chosen = null;
  }
}

/** The ids of the span that is being started; null where they are to be random. */
export const chosenIds = (): SpanIds | null => chosen;
