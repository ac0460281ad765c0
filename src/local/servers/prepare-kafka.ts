import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildGateway } from '../build-gateway.ts';
import type { NamedPort } from '../processes/ports.ts';
import { checkout, type LocalSettings } from '../settings.ts';
import { findKafka } from './find-kafka.ts';
import { startKafka } from './kafka-server.ts';
import { superviseServer } from './supervise-server.ts';

/** What the gateway and the consumer need before they can start. */
export interface PreparedKafka {
  brokers: string;
  gateway: string;
  gatewayPort: number;
  /** Resolves when the broker has been restarted too often. */
  failed: Promise<Error>;
}

export interface KafkaPreparation {
  settings: LocalSettings;
  ports: Record<string, number>;
  /** Stops what was started. */
  stack: AsyncDisposableStack;
  log: (message: string) => void;
  signal: AbortSignal;
}

const host = '127.0.0.1';

/** The ports of the broker, unless the environment names one, and of the gateway. */
export function kafkaPorts({ config, kafkaPort, gatewayPort }: LocalSettings): NamedPort[] {
  const broker = [
    { variable: 'KAFKA_PORT', port: kafkaPort, host },
    { variable: 'KAFKA_CONTROLLER_PORT', port: 0, host },
  ];
  return [
    ...(config.KAFKA_BROKERS === undefined ? broker : []),
    { variable: 'GATEWAY_PORT', port: gatewayPort, host: config.HOST },
  ];
}

/** Starts a broker, unless the environment names one, creates the topics, and builds the gateway meanwhile. */
export async function prepareKafka(start: KafkaPreparation): Promise<PreparedKafka> {
  const { settings, ports, log, signal } = start;
  const [{ brokers, failed }, gateway] = await Promise.all([
    findBroker(start),
    buildGateway({ log, signal }),
  ]);
  const env = { ...process.env, DATABASE_URL: 'postgres://unused', KAFKA_BROKERS: brokers };
  const file = path.join(checkout, 'src/kafka-topics.ts');
  await promisify(execFile)(process.execPath, [file], { env, signal });
  return { brokers, gateway, gatewayPort: ports.GATEWAY_PORT ?? settings.gatewayPort, failed };
}

async function findBroker({
  settings,
  ports,
  stack,
  log,
  signal,
}: KafkaPreparation): Promise<Pick<PreparedKafka, 'brokers' | 'failed'>> {
  const { KAFKA_BROKERS } = settings.config;
  if (KAFKA_BROKERS !== undefined)
    return { brokers: KAFKA_BROKERS.join(','), failed: new Promise(() => {}) };
  const installation = findKafka();
  const controllerPort = ports.KAFKA_CONTROLLER_PORT ?? 0;
  const common = { dataDir: settings.dataDir, port: ports.KAFKA_PORT ?? 0, log, signal };
  const server = await superviseServer('Kafka', common, (options) =>
    startKafka({ ...options, installation, controllerPort }),
  );
  stack.defer(() => server.stop());
  return { brokers: server.started.brokers, failed: server.failed };
}
