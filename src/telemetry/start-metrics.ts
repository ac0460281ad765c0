import { ExportResultCode, globalErrorHandler } from '@opentelemetry/core';
import {
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type Registry, register } from 'prom-client';
import { createOtlpExporter } from './otlp-exporter.ts';
import { type ReadMetric, RegistryReader } from './read-registry.ts';
import type { Telemetry } from './telemetry.ts';
import type { OtlpOptions } from './telemetry-options.ts';

/** As often as the SDK does it by default. */
const intervalMs = 60_000;
/** Histograms take up to 500 bytes a point, and New Relic takes requests of up to 1 MB. */
const maxPointsOfRequest = 1_000;

/** Sends the metrics that /metrics has by OTLP, every minute and at the end. */
export function startMetrics(
  options: OtlpOptions & { metrics: 'cumulative' | 'delta' },
  resource: Resource,
  registry: Registry = register,
): Telemetry & { push(): Promise<void> } {
  const reader = new RegistryReader(registry, options.metrics);
  const exporter = createOtlpExporter<ResourceMetrics, unknown>(
    options,
    'metrics',
    ProtobufMetricsSerializer,
    MetricsExporterMetricsHelper,
  );

  function send(metrics: ReadMetric[]): Promise<void> {
    const scopeMetrics = [
      { scope: { name: 'tallyflow' }, metrics: metrics.map(({ data }) => data) },
    ];
    return new Promise((resolve) => {
      exporter.export({ resource, scopeMetrics }, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) for (const { confirm } of metrics) confirm();
        else globalErrorHandler(error ?? new Error('metrics were not accepted'));
        resolve();
      });
    });
  }

  async function pushNow(): Promise<void> {
    for (const metrics of pack(await reader.read(maxPointsOfRequest))) await send(metrics);
  }

  /** One at a time: a delta begins where the last one has arrived. */
  let pushed = Promise.resolve();
  let isPushing = false;
  function push(): Promise<void> {
    isPushing = true;
    pushed = pushed
      .then(pushNow)
      .catch(globalErrorHandler)
      .finally(() => {
        isPushing = false;
      });
    return pushed;
  }

  const timer = setInterval(() => {
    if (!isPushing) void push();
  }, intervalMs).unref();
  return {
    push,
    async shutdown() {
      clearInterval(timer);
      await push();
      await exporter.shutdown();
    },
  };
}

/** Metrics of up to `maxPointsOfRequest` points together. */
function pack(metrics: readonly ReadMetric[]): ReadMetric[][] {
  const requests: ReadMetric[][] = [];
  let pointCount = Number.POSITIVE_INFINITY;
  for (const metric of metrics) {
    pointCount += metric.data.dataPoints.length;
    if (pointCount > maxPointsOfRequest) {
      requests.push([]);
      pointCount = metric.data.dataPoints.length;
    }
    requests.at(-1)?.push(metric);
  }
  return requests;
}
