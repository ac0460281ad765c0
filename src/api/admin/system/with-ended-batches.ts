import type { ThroughputMinute, ThroughputOfHour } from '../../../cache/throughput.ts';
import type { EndedBatches } from '../../../db/batches/read-ended-batches.ts';

type Ended = Omit<EndedBatches, 'startsAt'>;

/** Null for what is not known. */
type KnownMinute = Omit<ThroughputMinute, keyof Ended> & { [Figure in keyof Ended]: number | null };

export interface KnownThroughput {
  isShared: boolean;
  minutes: KnownMinute[];
}

const unknown = { batchesCompleted: null, batchesFailed: null, rowsCompleted: null };

/**
 * Adds what the database says has ended to the counts of a process that ends no batches itself.
 * @param ended null while the database does not answer
 */
export function withEndedBatches(
  { isShared, minutes }: ThroughputOfHour,
  ended: readonly EndedBatches[] | null,
): KnownThroughput {
  const byMinute = new Map(ended?.map(({ startsAt, ...counts }) => [startsAt.getTime(), counts]));
  return {
    isShared,
    minutes: minutes.map((minute) => ({
      ...minute,
      ...(ended === null ? unknown : byMinute.get(minute.startsAtMs)),
    })),
  };
}
