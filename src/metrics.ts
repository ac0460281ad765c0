import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Counter, collectDefaultMetrics, Histogram, register } from 'prom-client';

collectDefaultMetrics();

export const httpRequestSeconds = new Histogram({
  name: 'tallyflow_http_request_seconds',
  help: 'Time to answer, by route, method and status.',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

export const capturedTransactions = new Counter({
  name: 'tallyflow_transactions_captured_total',
  help: 'Transactions sent in accepted batches.',
  labelNames: ['outcome'] as const,
});

/** Serves /metrics in the text format of Prometheus on a port of its own. */
export async function serveMetrics(
  host: string,
  port: number,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    register.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': register.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  logger.info(
    { url: `http://${host}:${(server.address() as AddressInfo).port}/metrics` },
    'metrics served',
  );
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
