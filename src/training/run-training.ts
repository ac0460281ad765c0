import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TrainedVersion } from '../domain/training.ts';
import type { TelemetryOptions } from '../telemetry/telemetry-options.ts';
import { currentTraceparent } from '../tracing/traceparent.ts';
import type { TrainingMessage, TrainingRequest } from './training-messages.ts';

/**
 * Limits the objects of the process, in MB: 100,000 rows take some 250. Its weights lie outside of this, and have a
 * limit of their own. A process that needs more ends, and the worker goes on.
 */
const flags = ['--max-old-space-size=768', '--max-semi-space-size=8'];

export interface TrainingRun {
  databaseUrl: string;
  /** Of the process that trains; none where it is left out. */
  telemetry?: TelemetryOptions | undefined;
  onProgress: (done: number) => void;
  /** Ends the process. The run then throws the signal's reason. */
  signal: AbortSignal;
}

/** The training failed in its process. */
export class TrainingFailedError extends Error {
  /** One of the types of failures in Temporal. */
  readonly type: string | null;

  constructor(message: string, type: string | null) {
    super(message);
    this.name = 'TrainingFailedError';
    this.type = type;
  }
}

/**
 * Trains in a process of its own, so that batches have this one's memory and event loop. The process ends when this one
 * does, whatever the reason. Returns null if there are no labels.
 */
export async function runTraining({
  databaseUrl,
  telemetry,
  onProgress,
  signal,
}: TrainingRun): Promise<TrainedVersion | null> {
  signal.throwIfAborted();
  const child = fork(fileURLToPath(new URL('../train.ts', import.meta.url)), [], {
    execArgv: flags,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<TrainedVersion | null>();
  const abort = () => {
    child.kill('SIGKILL');
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort);
  child.on('message', (message: TrainingMessage) => {
    if (message.kind === 'progress') onProgress(message.done);
    else if (message.kind === 'trained') resolve(message.version);
    else reject(new TrainingFailedError(message.message, message.type));
  });
  child.once('error', reject);
  child.once('exit', (code, by) => {
    reject(new TrainingFailedError(`The process ended with ${by ?? `exit code ${code}`}.`, null));
  });
  const traceparent = currentTraceparent();
  child.send({ databaseUrl, telemetry, traceparent } satisfies TrainingRequest);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    child.kill('SIGKILL');
  }
}
