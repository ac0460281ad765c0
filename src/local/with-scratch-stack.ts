import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type OpenStack, openStack } from './open-stack.ts';
import { stopOnSignals } from './processes/stop-on-signals.ts';
import { type LocalSettings, loadSettings } from './settings.ts';

/** Settings of a stack on free ports. From the environment they take only where programs are. */
export const scratchSettings = (dataDir: string): LocalSettings =>
  loadSettings({
    PATH: process.env.PATH,
    TEMPORAL_CLI: process.env.TEMPORAL_CLI,
    DATA_DIR: dataDir,
    PORT: '0',
    POSTGRES_PORT: '0',
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: '0',
    REDIS_PORT: '0',
    KAFKA_PORT: '0',
    GATEWAY_PORT: '0',
    LOG_LEVEL: 'warn',
  });

/**
 * Runs something on a separate stack: on free ports, in an empty directory that is deleted afterwards, and without
 * the servers that the environment names. Ctrl-C stops it.
 *
 * @param servers with `kafka`, also a broker, the gateway and the consumer
 */
export async function withScratchStack<Result>(
  run: (stack: OpenStack, signal: AbortSignal) => Promise<Result>,
  log: (message: string) => void,
  servers: { kafka?: boolean } = {},
): Promise<Result> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tallyflow-'));
  const stopping = stopOnSignals(log);
  try {
    await using stack = new AsyncDisposableStack();
    return await run(
      await openStack({ ...scratchSettings(dataDir), ...servers }, stopping, stack, log),
      stopping.signal,
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
