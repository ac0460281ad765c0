import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';
import { formatCount } from '../../format/format-count.ts';

/** How long a batch waited and was processed, as texts; a dash stands for what is not known yet. */
export function batchTimings(batch: AdminBatchBody) {
  const { created_at, started_at, finished_at, processing_status } = batch;
  const took = secondsBetween(started_at, finished_at);
  return {
    waited: durationText(secondsBetween(created_at, started_at)),
    took: durationText(took),
    rowsPerSecond:
      took === null || took === 0
        ? '–'
        : formatCount(Math.round(processing_status.completed / took)),
  };
}

function secondsBetween(start: string | null, end: string | null): number | null {
  if (start === null || end === null) return null;
  // The two times may come from different clocks.
  return Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);
}

function durationText(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${formatCount(Math.floor(whole / 60))} min ${whole % 60} s`;
}
