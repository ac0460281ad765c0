import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6 } from 'node:net';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { reportTemporalLog } from '../error-reports/report-temporal-log.ts';
import { sdkLogFields } from './sdk-log-fields.ts';

/**
 * Sets up Temporal's SDK for a worker: it logs to our logger, and serves its own metrics in the text format of
 * Prometheus on a port of its own, with units in their names as ours have. It is called once. Throws an Error that
 * names the variable when the port is taken.
 */
export async function installRuntime(
  metrics: { host: string; port: number },
  logger: Logger,
): Promise<void> {
  const { address } = await lookup(metrics.host);
  const port = metrics.port === 0 ? await findFreePort(address) : metrics.port;
  const bindAddress = `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  try {
    Runtime.install({
      logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
        logger[level === 'ERROR' ? 'error' : 'warn'](sdkLogFields(meta), message);
        reportTemporalLog(meta);
      }),
      shutdownSignals: [],
      telemetryOptions: {
        metrics: {
          prometheus: {
            bindAddress,
            countersTotalSuffix: true,
            unitSuffix: true,
            useSecondsForDurations: true,
          },
        },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TEMPORAL_METRICS_PORT ${port} on ${address}: ${reason}`, { cause: error });
  }
  logger.info({ url: `http://${bindAddress}/metrics` }, 'metrics of Temporal served');
}

/** The SDK would pick a free port itself, and tell nobody which. */
async function findFreePort(host: string): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await server[Symbol.asyncDispose]();
  return port;
}
