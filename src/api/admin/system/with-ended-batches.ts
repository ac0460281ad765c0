import type { ActivityOfHour } from '../../../cache/activity.ts';
import type { EndedBatches } from '../../../db/batches/read-ended-batches.ts';

/** Adds what the database says has ended to the counts of a process that ends no batches itself. */
export function withEndedBatches(
  { isShared, minutes }: ActivityOfHour,
  ended: readonly EndedBatches[],
): ActivityOfHour {
  const byMinute = new Map(ended.map(({ startsAt, ...counts }) => [startsAt.getTime(), counts]));
  return {
    isShared,
    minutes: minutes.map((minute) => ({ ...minute, ...byMinute.get(minute.startsAtMs) })),
  };
}
