import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reconciliation } from './client-record.ts';

/** One row of the table in docs/reliability.md. */
export interface Observation extends Reconciliation {
  fault: string;
  /** What was going on meanwhile. */
  running: string;
  promised: string;
  /** Batches that got their 202 while the fault lasted. */
  acceptedMeanwhile: number;
  /** Answers without a 202, and requests without an answer, by code. */
  refusals: Record<string, number>;
  /** From the end of the fault to the first 202 to a request sent after it; null where none was ever refused. */
  firstAcceptedMs: number | null;
  /** From the end of the fault until every batch was completed. */
  allCompletedMs: number;
}

/** Where a run leaves its observations; without it nothing is written. */
const directory = process.env.RELIABILITY_DIR;

/** script/reliability takes the time for every fault; script/test only for those that differ most. */
export const isThorough = directory !== undefined;

/** Keeps what was seen, a file a fault, for test/faults/write-table.ts. */
export function recordObservation(order: number, observation: Observation): void {
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  const name = observation.fault.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const file = path.join(directory, `${String(order).padStart(2, '0')}-${name.slice(0, 60)}.json`);
  writeFileSync(file, `${JSON.stringify(observation, null, 2)}\n`);
}
