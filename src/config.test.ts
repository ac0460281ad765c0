import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configVariables, loadConfig } from './config.ts';

const minimal = { DATABASE_URL: 'postgres://localhost/tallyflow' };

describe('loadConfig', () => {
  it('fills in what was left out or left empty', () => {
    const config = loadConfig({ ...minimal, PORT: '', REDIS_URL: '' });
    expect(config.PORT).toBe(3000);
    expect(config.REDIS_URL).toBeUndefined();
  });

  it('puts a password that comes by itself into a URL without one', () => {
    const secret = 'p@ss/w:rd%41?#é';
    const config = loadConfig({
      DATABASE_URL: 'postgres://app@db.example:5432/tallyflow?sslmode=verify-full',
      DATABASE_PASSWORD: secret,
      MIGRATION_DATABASE_URL: 'postgres://owner:own@db.example/tallyflow',
      MIGRATION_DATABASE_PASSWORD: secret,
      REDIS_URL: 'rediss://cache.example:6379',
      REDIS_PASSWORD: secret,
    });
    for (const url of [config.DATABASE_URL, config.REDIS_URL])
      expect(decodeURIComponent(new URL(url as string).password)).toBe(secret);
    expect(new URL(config.DATABASE_URL).search).toBe('?sslmode=verify-full');
    expect(config.MIGRATION_DATABASE_URL).toBe('postgres://owner:own@db.example/tallyflow');
  });

  it('names every variable that is wrong, and none of their values', () => {
    const load = () =>
      loadConfig({
        DATABASE_URL: 'mysql://root:secret@x',
        PORT: '99999',
        BOOTSTRAP_API_KEY: 'short',
      });
    for (const name of ['DATABASE_URL', 'PORT', 'BOOTSTRAP_API_KEY']) expect(load).toThrow(name);
    expect(load).not.toThrow(/secret|short/);
  });

  it.each(['SENTRY_DSN', 'SENTRY_CONSOLE_DSN'])(
    'refuses a %s with the secret key that old ones have',
    (name) => {
      const load = (dsn: string) => () => loadConfig({ ...minimal, [name]: dsn });
      for (const dsn of ['https://key@o1.ingest.sentry.io/7', 'http://key@127.0.0.1:9000/sentry/7'])
        expect(load(dsn)).not.toThrow();
      for (const dsn of ['https://key:secret@sentry.io/7', 'https://sentry.io/7', 'x', "a'; x@b/1"])
        expect(load(dsn)).toThrow(name);
    },
  );

  it('reads the brokers of Kafka, and the topics that are bound to a key', () => {
    const config = loadConfig({
      ...minimal,
      KAFKA_BROKERS: 'a.example:9092,127.0.0.1:9093,[::1]:9094',
      KAFKA_BOUND_TOPICS: 'bank.payments=7,cards=12',
    });
    expect(config.KAFKA_BROKERS).toEqual(['a.example:9092', '127.0.0.1:9093', '[::1]:9094']);
    expect([...(config.KAFKA_BOUND_TOPICS ?? [])]).toEqual([
      ['bank.payments', 7],
      ['cards', 12],
    ]);
  });

  it.each([
    ['brokers without a port', { KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS'],
    ['a topic that is bound twice', { KAFKA_BOUND_TOPICS: 'a=1,a=2' }, 'KAFKA_BOUND_TOPICS'],
    ['a bound topic of Tallyflow', { KAFKA_BOUND_TOPICS: 'tallyflow.batches=1' }, 'BOUND_TOPICS'],
    ['a bound topic without brokers', { KAFKA_BOUND_TOPICS: 'a=1' }, 'KAFKA_BROKERS'],
    ['TLS without brokers', { KAFKA_TLS: 'true' }, 'KAFKA_BROKERS'],
    ['an authority without TLS', { KAFKA_CA_FILE: 'x' }, 'KAFKA_TLS'],
    ['half of a certificate', { KAFKA_TLS: 'true', KAFKA_KEY_FILE: 'x' }, 'KAFKA_CERT_FILE'],
    ['a user without a password', { KAFKA_SASL_USERNAME: 'u' }, 'KAFKA_SASL_PASSWORD'],
    ['a password that is sent in the open', { KAFKA_SASL_MECHANISM: 'plain' }, 'KAFKA_TLS'],
  ])('refuses %s', (_, env, variable) => {
    expect(() => loadConfig({ ...minimal, ...env })).toThrow(variable);
  });

  it('refuses limits by the minute that a single body may exceed', () => {
    const load = (rows: string) => () =>
      loadConfig({ ...minimal, MAX_STREAM_ROWS: '200000', RATE_LIMIT_ROWS_PER_MINUTE: rows });
    expect(load('200000')).not.toThrow();
    expect(load('199999')).toThrow('RATE_LIMIT_ROWS_PER_MINUTE: must be at least MAX_STREAM_ROWS');
    const bytes = { ...minimal, RATE_LIMIT_BYTES_PER_MINUTE: '1000' };
    expect(() => loadConfig(bytes)).toThrow(
      /at least MAX_BODY_BYTES(.|\n)*at least MAX_STREAM_BYTES/,
    );
  });

  it('reads headers for the telemetry endpoint, and names no value of one that is wrong', () => {
    const load = (headers: string) =>
      loadConfig({
        ...minimal,
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example',
        OTEL_EXPORTER_OTLP_HEADERS: headers,
      }).OTEL_EXPORTER_OTLP_HEADERS;
    expect(load('api-key=a%2Cb==,x-team=1')).toEqual({ 'api-key': 'a,b==', 'x-team': '1' });
    for (const wrong of ['secret', 'api-key=secret,', 'api key=secret', 'api-key=secret%2']) {
      expect(() => load(wrong)).toThrow('OTEL_EXPORTER_OTLP_HEADERS');
      expect(() => load(wrong)).not.toThrow('secret');
    }
  });

  it('refuses headers for a telemetry endpoint that is not set', () => {
    const env = { ...minimal, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=x' };
    expect(() => loadConfig(env)).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT: must be set');
  });

  it.each(['-0.1', '1.1', 'all'])('refuses %s as the share of traces', (ratio) => {
    const load = () => loadConfig({ ...minimal, OTEL_TRACES_SAMPLER_ARG: ratio });
    expect(load).toThrow('OTEL_TRACES_SAMPLER_ARG');
  });

  it.each([
    ['DATABASE_POOL_SIZE', 12],
    ['DATABASE_READ_POOL_SIZE', 4],
  ])('refuses a %s below %i, of which one client could take all', (name, least) => {
    const load = (size: number) => () => loadConfig({ ...minimal, [name]: String(size) });
    expect(load(least)).not.toThrow();
    expect(load(least - 1)).toThrow(name);
  });

  it('is told in full by the README, with the defaults', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const rows = new Map(
      [...readme.matchAll(/^\| `([A-Z_]+)` +\| +(\S*) +\|/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    const defaults = loadConfig(minimal);
    for (const name of configVariables.filter((variable) => variable !== 'DATABASE_URL')) {
      expect([name, rows.get(name)?.replaceAll('`', '')]).toEqual([
        name,
        String(defaults[name] ?? '|').replace('|', ''),
      ]);
    }
  });
});
