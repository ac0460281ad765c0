import path from 'node:path';
import { Connection } from '@temporalio/client';
import { type Child, startChild } from '../processes/child-process.ts';
import type { ServerStart } from './server-start.ts';

export interface TemporalStart extends ServerStart {
  binary: string;
  uiPort: number;
  namespace: string;
}

async function servesNamespace(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } finally {
    await connection.close();
  }
}

/** Starts the development server with its UI. It has no authentication, so it listens on loopback only. */
export async function startTemporal(
  options: TemporalStart,
): Promise<{ child: Child; address: string; uiUrl: string }> {
  const { dataDir, namespace, port, uiPort } = options;
  const address = `127.0.0.1:${port}`;
  const child = await startChild({
    ...options,
    name: 'temporal',
    command: options.binary,
    args: ['server', 'start-dev', '--ip', '127.0.0.1', '--namespace', namespace]
      .concat('--port', String(port), '--ui-port', String(uiPort), '--log-level', 'warn')
      .concat('--db-filename', path.join(dataDir, 'temporal.db'))
      .concat('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL')
      // With the default of 20 transfer polls a second, every step of a workflow waits about 50 ms.
      .concat('--dynamic-config-value', 'history.transferProcessorMaxPollRPS=500')
      // With few workers, tasks in additional partitions would wait to be forwarded.
      .concat('--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1')
      .concat('--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'),
    ready: () => servesNamespace(address, namespace),
    // The first start creates the database file, which takes long on a busy machine.
    readyTimeoutMs: 90_000,
    graceMs: 15_000,
  });
  return { child, address, uiUrl: `http://127.0.0.1:${uiPort}` };
}
