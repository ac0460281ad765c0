import type { TrainedVersion } from '../domain/training.ts';
import type { TelemetryOptions } from '../telemetry/telemetry-options.ts';

/** What the worker tells the process that trains. */
export interface TrainingRequest {
  databaseUrl: string;
  telemetry: TelemetryOptions | undefined;
  /** The trace that the training is part of. */
  traceparent: string | undefined;
}

/** What that process tells the worker. */
export type TrainingMessage =
  | { kind: 'progress'; done: number }
  /** Null if there are no labels. */
  | { kind: 'trained'; version: TrainedVersion | null }
  /** The type is one of a failure in Temporal. */
  | { kind: 'failed'; type: string | null; message: string };
