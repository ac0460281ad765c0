import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { sweepScheduleId } from '../temporal/sweep-schedule.ts';
import { claimDataDir } from './claim-data-dir.ts';
import { createApiClient } from './demo/api-client.ts';
import { runDemo } from './demo/demo.ts';
import { offerStarterCategories } from './demo/starter-categories.ts';
import { describeStack } from './describe-stack.ts';
import { openStack } from './open-stack.ts';
import { resetState } from './reset-state.ts';
import type { LocalSettings } from './settings.ts';

export interface RunOptions {
  demo: boolean;
  reset: boolean;
  /** Whether what watches the stack is started, too, as far as it is installed. */
  observe: boolean;
  /** Whether batches can also come through Kafka: a broker, the gateway and the consumer. */
  kafka: boolean;
}

/**
 * Runs the whole stack until `stopping` aborts, and throws its reason. However it ends, the stack stops in reverse
 * order. A process that keeps failing aborts `stopping` as well.
 */
export async function runStack(
  options: RunOptions,
  settings: LocalSettings,
  stopping: AbortController,
  log: (message: string) => void,
): Promise<void> {
  const { signal } = stopping;
  const { dataDir, config } = settings;
  await using stack = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true });
  stack.defer(await claimDataDir(dataDir, log));
  if (options.reset) {
    log(`Deleting the data in ${dataDir}`);
    await resetState(dataDir);
  }

  const { servers, observers, kafka, baseUrl, apiKey, adminPassword } = await openStack(
    { ...settings, observe: options.observe, kafka: options.kafka },
    stopping,
    stack,
    log,
  );
  const api = createApiClient(baseUrl, apiKey, signal);
  const temporalUiUrl = servers.temporalUiUrl ?? config.TEMPORAL_UI_URL;
  await offerStarterCategories(api, { isWanted: options.demo, log, signal });
  if (options.demo) {
    const schedules = `${temporalUiUrl}/namespaces/${config.TEMPORAL_NAMESPACE}/schedules`;
    const demo = { api, scheduleUrl: `${schedules}/${sweepScheduleId}`, log, signal };
    // If the demo fails, the stack keeps running, so that its UI and logs can show the reason.
    await runDemo(demo).catch((error: Error) => log(`The demo failed: ${error.message}`));
  }
  signal.throwIfAborted();
  const passwordFile = settings.databaseUrl ? undefined : path.join(dataDir, 'postgres-password');
  const admin = { email: config.ADMIN_EMAIL, password: adminPassword };
  log(
    describeStack({
      ...servers,
      observers,
      kafka,
      baseUrl,
      apiKey,
      admin,
      dataDir,
      temporalUiUrl,
      passwordFile,
    }),
  );
  await once(signal, 'abort');
  signal.throwIfAborted();
}
