import path from 'node:path';
import {
  type ApplicationStart,
  commonEnvironment,
  commonSpec,
  localAddress,
  startAll,
  v8Flags,
} from './application.ts';
import type { ChildSpec } from './processes/child-process.ts';
import type { PreparedKafka } from './servers/prepare-kafka.ts';
import { checkout } from './settings.ts';

export interface KafkaIngestion {
  /** Where the gateway takes batches. */
  gatewayUrl: string;
  brokers: string;
  /** Resolves when the gateway or the consumer has been restarted too often. */
  failed: Promise<Error>;
}

/** Starts the gateway and the consumer, waits until both are ready, and restarts them if they die. */
export async function startKafkaIngestion(
  start: ApplicationStart,
  { brokers, gateway, gatewayPort }: PreparedKafka,
): Promise<KafkaIngestion> {
  const { config, gatewayMetricsPort, consumerMetricsPort } = start.settings;
  const gatewayUrl = `http://${localAddress(config.HOST, gatewayPort)}`;
  const common = { ...commonSpec(start), env: { ...commonEnvironment(start) } };
  const consumer: ChildSpec = {
    ...common,
    name: 'consumer',
    args: [...v8Flags.worker, path.join(checkout, 'src/consumer.ts')],
    env: { ...common.env, METRICS_PORT: String(consumerMetricsPort) },
    ready: async (logFile) => logFile.text().includes('"msg":"consumer started"'),
  };
  const gatewaySpec: ChildSpec = {
    ...common,
    name: 'gateway',
    command: gateway,
    args: [],
    env: {
      ...common.env,
      PORT: String(gatewayPort),
      METRICS_PORT: String(gatewayMetricsPort),
    },
    ready: async () => (await fetch(`${gatewayUrl}/readyz`)).ok,
  };
  const { failed } = await startAll(start, { Consumer: consumer, Gateway: gatewaySpec });
  return { gatewayUrl, brokers, failed };
}
