import type { KafkaIngestion } from './kafka-ingestion.ts';
import type { Observers } from './servers/observers.ts';

export interface Stack {
  baseUrl: string;
  apiKey: string;
  /** The first admin as created. The password may have been changed since. */
  admin: { email: string; password: string };
  temporalUiUrl: string;
  databaseUrl: string;
  /** The file with the password of the embedded PostgreSQL; undefined for an external server. */
  passwordFile: string | undefined;
  redisUrl: string | undefined;
  /** Undefined unless they were asked for. */
  observers: Observers | undefined;
  /** Undefined unless it was asked for. */
  kafka: Pick<KafkaIngestion, 'gatewayUrl' | 'brokers'> | undefined;
  dataDir: string;
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}

const prometheusMissing =
  'none; install it so that `prometheus` is on the PATH (apt-get install prometheus, or https://prometheus.io/download/)';
const jaegerMissing =
  'none; install Jaeger 2 so that `jaeger` is on the PATH (https://www.jaegertracing.io/download/), or set OTEL_EXPORTER_OTLP_ENDPOINT';

function describeObservers({ prometheusUrl, jaeger, otherReceiver }: Observers): string {
  return `
  Metrics        ${prometheusUrl ? `${prometheusUrl}/graph, alerts in ${prometheusUrl}/alerts` : prometheusMissing}
  Traces         ${jaeger?.url ?? (otherReceiver ? `sent to ${otherReceiver}` : jaegerMissing)}`;
}

const describeKafka = ({ gatewayUrl, brokers }: Pick<KafkaIngestion, 'gatewayUrl' | 'brokers'>) =>
  `  Gateway        ${gatewayUrl}, for batches through Kafka\n  Kafka          ${brokers}\n`;

/** Describes how to use the stack that has just started. */
export function describeStack(stack: Stack): string {
  const { baseUrl, apiKey, dataDir } = stack;
  const today = new Date().toISOString().slice(0, 10);
  const example = {
    transactions: [
      {
        transaction_id: 't-1',
        account_id: 'acc-1',
        amount: '-42.10',
        currency: 'USD',
        date: today,
        merchant_name: 'WALMART 123',
      },
    ],
  };
  return `
Tallyflow is running.

  Console        ${baseUrl}/admin
  API            ${baseUrl}
  Documentation  ${baseUrl}/docs
  Temporal UI    ${stack.temporalUiUrl}
  PostgreSQL     ${withoutPassword(stack.databaseUrl)}${stack.passwordFile ? ` (password in ${stack.passwordFile})` : ''}
  Redis          ${stack.redisUrl ? withoutPassword(stack.redisUrl) : 'none; each process caches in its own memory'}
  API key        ${apiKey}
  First admin    ${stack.admin.email}, password ${stack.admin.password}
${stack.kafka ? describeKafka(stack.kafka) : ''}  Logs           ${dataDir}/logs${stack.observers ? describeObservers(stack.observers) : ''}

  curl -sS ${baseUrl}/api/integrations/transactions/ \\
    -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' \\
    -d '${JSON.stringify(example)}'
${stack.kafka ? `\nThe gateway takes the same at ${stack.kafka.gatewayUrl}/api/integrations/transactions/\n` : ''}
Ctrl-C stops everything. The next start continues with the same data.`;
}
