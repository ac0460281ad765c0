import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { loadConfig } from '../../src/config.ts';
import { workerSettings } from '../../src/temporal/worker-settings.ts';

export async function noOp(): Promise<void> {}

/** A separate process with the settings of the worker that processes batches. */
if (import.meta.main) {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const config = loadConfig();
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS }),
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
    activities: { noOp },
    ...workerSettings,
  });
  process.on('SIGTERM', () => worker.shutdown());
  console.log('worker started');
  await worker.run();
  process.exit();
}
