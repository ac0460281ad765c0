import { describe, expect, it } from '@jest/globals';
import { describeStack } from './describe-stack.ts';
import type { Observers } from './servers/observers.ts';

const none: Observers = {
  prometheusUrl: undefined,
  jaeger: undefined,
  otherReceiver: undefined,
  failed: new Promise(() => {}),
};

const describeWith = (
  observers: Observers | undefined,
  kafka?: { gatewayUrl: string; brokers: string },
): string =>
  describeStack({
    baseUrl: 'http://127.0.0.1:3000',
    apiKey: 'key',
    admin: { email: 'admin@localhost', password: 'password' },
    temporalUiUrl: 'http://127.0.0.1:8233',
    databaseUrl: 'postgres://tallyflow:secret@127.0.0.1:5433/tallyflow',
    passwordFile: undefined,
    redisUrl: undefined,
    observers,
    kafka,
    dataDir: '.data',
  });

describe('describeStack', () => {
  it('says nothing of observers that nobody asked for', () => {
    expect(describeWith(undefined)).not.toMatch(/Prometheus|Metrics|Traces/);
  });

  it('says where batches go through Kafka, and nothing of it otherwise', () => {
    const kafka = { gatewayUrl: 'http://127.0.0.1:3001', brokers: '127.0.0.1:9093' };
    const text = describeWith(undefined, kafka);
    expect(text).toMatch(/Gateway +http:\/\/127\.0\.0\.1:3001, .*\n {2}Kafka +127\.0\.0\.1:9093\n/);
    expect(text).toContain('http://127.0.0.1:3001/api/integrations/transactions/');
    expect(describeWith(undefined)).not.toMatch(/Kafka|Gateway/i);
  });

  it('says how to get observers that are not installed', () => {
    const text = describeWith(none);
    expect(text).toMatch(/Metrics +none; install it .*https:\/\/prometheus\.io\/download/);
    expect(text).toMatch(/Traces +none; install Jaeger 2 .*OTEL_EXPORTER_OTLP_ENDPOINT/);
  });

  it('says where metrics and traces are', () => {
    const text = describeWith({
      ...none,
      prometheusUrl: 'http://127.0.0.1:9091',
      jaeger: { url: 'http://127.0.0.1:16686', otlpUrl: 'http://127.0.0.1:4318' },
    });
    expect(text).toContain('http://127.0.0.1:9091/alerts');
    expect(text).toMatch(/Traces +http:\/\/127\.0\.0\.1:16686$/m);
  });

  it('says where traces go, if the environment names a receiver', () => {
    const text = describeWith({ ...none, otherReceiver: 'http://collector:4318' });
    expect(text).toMatch(/Traces +sent to http:\/\/collector:4318$/m);
  });
});
