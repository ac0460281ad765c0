/** Plain data, so that it can be sent to a child process. */
export interface TelemetryOptions {
  service: { name: 'tallyflow-api' | 'tallyflow-worker' | 'tallyflow-consumer'; version: string };
  /** Where traces, metrics and logs are sent; null for nowhere. */
  otlp: OtlpOptions | null;
  /** Where errors are sent; null for nowhere. */
  sentry: SentryOptions | null;
}

export interface SentryOptions {
  dsn: string;
  environment: string;
  release: string;
}

export interface OtlpOptions {
  /** The base address, without `/v1/traces`. */
  endpoint: string;
  headers: Record<string, string>;
  /** The share of traces that is recorded, 0 to 1. */
  traceRatio: number;
  /** Whether lines of the log are sent. */
  logs: boolean;
  /** Whether counts are sent as sums since the start, or since the last time; null where no metrics are sent. */
  metrics: 'cumulative' | 'delta' | null;
}
