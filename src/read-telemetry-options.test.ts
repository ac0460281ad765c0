import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';
import { readTelemetryOptions, tracesOnly } from './read-telemetry-options.ts';

const read = (env: Record<string, string>) =>
  readTelemetryOptions(
    loadConfig({ DATABASE_URL: 'postgres://127.0.0.1/none', ...env }),
    'tallyflow-worker',
  );
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('readTelemetryOptions', () => {
  it('sends nothing without an endpoint', () => {
    expect(read({ OTEL_METRICS_EXPORTER: 'otlp' }).otlp).toBeNull();
  });

  it('sends logs and metrics too, as sums since the start', () => {
    expect(read(endpoint).otlp).toMatchObject({ logs: true, metrics: 'cumulative' });
    const preference = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };
    expect(read({ ...endpoint, ...preference }).otlp).toMatchObject({ metrics: 'delta' });
  });

  it('leaves out what is collected in another way', () => {
    const none = { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
    expect(read({ ...endpoint, ...none }).otlp).toMatchObject({ logs: false, metrics: null });
  });
});

describe('tracesOnly', () => {
  it('leaves logs and metrics of a child process to its parent', () => {
    expect(tracesOnly(read(endpoint)).otlp).toMatchObject({
      endpoint: endpoint.OTEL_EXPORTER_OTLP_ENDPOINT,
      logs: false,
      metrics: null,
    });
  });
});
