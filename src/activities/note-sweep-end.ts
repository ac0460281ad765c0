import { Gauge } from 'prom-client';

const lastEnd = new Gauge({
  name: 'tallyflow_sweep_last_end_timestamp_seconds',
  help: 'When a sweep last ended that this worker took part in, as Unix time.',
});
// A worker that has seen no sweep says nothing about it.
lastEnd.remove();

/** Notes that a sweep has done its last step. */
export const noteSweepEnd = (): void => lastEnd.setToCurrentTime();
