import type pg from 'pg';
import type { OpenStack } from '../src/local/open-stack.ts';
import type { BenchStack } from './bench-stack.ts';
import type { ApiLoad } from './load/api-load.ts';
import type { Measurement } from './measurement.ts';

/** What scenarios use. */
export interface Bench {
  stack: BenchStack;
  servers: OpenStack['servers'];
  /** A separate connection of the benchmark. */
  database: pg.Client;
  api: ApiLoad;
  /** Where the gateway takes batches, in a scenario that needs Kafka. */
  gatewayUrl: string | undefined;
  /** A directory for files, which is deleted with the stack. */
  directory: string;
  /** The number of rows of a large table. */
  rowCount: number;
  log: (message: string) => void;
}

export interface Outcome {
  measurements: Measurement[];
  /** What readers of the figures need to know. */
  notes: string[];
}

export interface Scenario {
  number: number;
  title: string;
  /** It has a stack of its own, with a broker, the gateway and the consumer. */
  needsKafka?: boolean;
  run(bench: Bench): Promise<Outcome>;
}
