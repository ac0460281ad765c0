/** Plain data, so that it can be sent to a child process. */
export interface TelemetryOptions {
  service: { name: 'tallyflow-api' | 'tallyflow-worker'; version: string };
  /** Where traces, metrics and logs are sent; null for nowhere. */
  otlp: OtlpOptions | null;
}

export interface OtlpOptions {
  /** The base address, without `/v1/traces`. */
  endpoint: string;
  headers: Record<string, string>;
  /** The share of traces that is recorded, 0 to 1. */
  traceRatio: number;
  metricsTemporality: 'cumulative' | 'delta';
}
