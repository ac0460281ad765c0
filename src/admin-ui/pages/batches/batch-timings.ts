import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';

/** How long a batch waited for its start and took from then on, in words; a dash for what is not known yet. */
export function batchTimings(batch: AdminBatchBody) {
  const { created_at, started_at, finished_at, processing_status } = batch;
  const took = secondsBetween(started_at, finished_at);
  return {
    waited: inWords(secondsBetween(created_at, started_at)),
    took: inWords(took),
    rowsPerSecond:
      took === null || took === 0
        ? '–'
        : Math.round(processing_status.completed / took).toLocaleString(),
  };
}

function secondsBetween(start: string | null, end: string | null): number | null {
  if (start === null || end === null) return null;
  // Of two clocks one may be ahead.
  return Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);
}

function inWords(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 60) return `${seconds.toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
