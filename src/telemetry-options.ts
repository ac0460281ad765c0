import type { Config } from './config.ts';
import type { TelemetryOptions } from './telemetry/telemetry-options.ts';
import { version } from './version.ts';

/** What the configuration says about telemetry. */
export function telemetryOptions(
  config: Config,
  name: TelemetryOptions['service']['name'],
): TelemetryOptions {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  return {
    service: { name, version },
    otlp:
      endpoint === undefined
        ? null
        : {
            endpoint,
            headers: config.OTEL_EXPORTER_OTLP_HEADERS ?? {},
            traceRatio: config.OTEL_TRACES_SAMPLER_ARG,
            metricsTemporality: config.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE,
          },
  };
}
