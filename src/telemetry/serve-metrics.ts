import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';

collectDefaultMetrics();
// They repeat the sums of others, and are gauges, which must not end in _total.
for (const what of ['handles', 'requests', 'resources'])
  register.removeSingleMetric(`nodejs_active_${what}_total`);

const buildInfo = new Gauge({
  name: 'tallyflow_build_info',
  help: 'Always 1. The labels say which release runs, and as what.',
  labelNames: ['version', 'service'] as const,
});

export interface MetricsServer {
  host: string;
  /** 0 picks a free port. */
  port: number;
  version: string;
  service: 'api' | 'worker' | 'consumer';
  /** Answers /healthz of a process that has no other port for it. */
  isHealthy?: () => boolean;
}

/** Serves /metrics in the text format of Prometheus on a port of its own; each metric is declared where it is measured. */
export async function serveMetrics(
  { host, port, version, service, isHealthy }: MetricsServer,
  logger: Logger,
): Promise<{ close(): Promise<void> }> {
  buildInfo.set({ version, service }, 1);
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/healthz' && isHealthy !== undefined) {
      const [code, status] = isHealthy() ? [200, 'ok'] : [503, 'unhealthy'];
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ status }));
      return;
    }
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
