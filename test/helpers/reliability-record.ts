import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reconciliation } from './client-record.ts';

/** One row of the table in docs/reliability.md. */
export interface Observation extends Reconciliation {
  fault: string;
  /** What the system was doing. */
  running: string;
  promised: string;
  /** Batches that got a 202 while the fault lasted. */
  acceptedMeanwhile: number;
  /** Answers without a 202, and requests without an answer, by code. */
  refusals: Record<string, number>;
  /** From the end of the fault to the first 202 for a request sent after it; null if none was refused. */
  firstAcceptedMs: number | null;
  /** From the end of the fault until every batch was completed. */
  allCompletedMs: number;
}

/** Where a run writes its observations. Without it, nothing is written. */
const directory = process.env.RELIABILITY_DIR;

/** script/reliability inflicts every fault; script/test only those that differ most. */
export const isThorough = directory !== undefined;

/** Writes an observation to a file of its own, which test/faults/write-table.ts reads. */
export function recordObservation(order: number, observation: Observation): void {
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  const name = observation.fault.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const file = path.join(directory, `${String(order).padStart(2, '0')}-${name.slice(0, 60)}.json`);
  writeFileSync(file, `${JSON.stringify(observation, null, 2)}\n`);
}
