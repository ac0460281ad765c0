import type { Config } from './config.ts';
import type { TelemetryOptions } from './telemetry/telemetry-options.ts';
import { releaseName, version } from './version.ts';

/** What the configuration says about telemetry. */
export function readTelemetryOptions(
  config: Config,
  name: TelemetryOptions['service']['name'],
): TelemetryOptions {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, SENTRY_DSN: dsn } = config;
  return {
    service: { name, version },
    otlp:
      endpoint === undefined
        ? null
        : {
            endpoint,
            headers: config.OTEL_EXPORTER_OTLP_HEADERS ?? {},
            traceRatio: config.OTEL_TRACES_SAMPLER_ARG,
            logs: config.OTEL_LOGS_EXPORTER === 'otlp',
            metrics:
              config.OTEL_METRICS_EXPORTER === 'otlp'
                ? config.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE
                : null,
          },
    sentry:
      dsn === undefined
        ? null
        : {
            dsn,
            environment: config.SENTRY_ENVIRONMENT,
            release: releaseName(config.RELEASE_COMMIT),
          },
  };
}

/** For a child process: what it logs and counts is the worker's. */
export const tracesOnly = ({ otlp, ...options }: TelemetryOptions): TelemetryOptions => ({
  ...options,
  otlp: otlp === null ? null : { ...otlp, logs: false, metrics: null },
});
