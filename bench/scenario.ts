import type pg from 'pg';
import type { OpenStack } from '../src/local/open-stack.ts';
import type { BenchStack } from './bench-stack.ts';
import type { ApiLoad } from './load/api-load.ts';
import type { Measurement } from './measurement.ts';

/** What scenarios work with. */
export interface Bench {
  stack: BenchStack;
  servers: OpenStack['servers'];
  /** A connection of the benchmark's own. */
  database: pg.Client;
  api: ApiLoad;
  /** For files; deleted with the stack. */
  directory: string;
  /** How many rows "a large table" has. */
  rowCount: number;
  log: (message: string) => void;
}

export interface Outcome {
  measurements: Measurement[];
  /** What a reader of the figures has to know. */
  notes: string[];
}

export interface Scenario {
  number: number;
  title: string;
  run(bench: Bench): Promise<Outcome>;
}
