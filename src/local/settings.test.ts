import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { applicationPorts, checkout, loadSettings } from './settings.ts';

describe('loadSettings', () => {
  it('keeps state in the checkout and uses the documented ports by default', () => {
    expect(loadSettings({})).toMatchObject({
      dataDir: path.join(checkout, '.data'),
      postgresPort: 5433,
      temporalPort: 7233,
      temporalUiPort: 8233,
      redisPort: 6380,
      prometheusPort: 9091,
      jaegerPort: 16_686,
      config: { PORT: 3000 },
    });
  });

  it('takes an empty variable as not set', () => {
    const settings = loadSettings({ REDIS_PORT: '', DATABASE_URL: '', DATA_DIR: '' });
    expect(settings).toMatchObject({ redisPort: 6380, databaseUrl: undefined });
  });

  it('counts a relative DATA_DIR from the checkout and leaves an absolute one', () => {
    expect(loadSettings({ DATA_DIR: 'other' }).dataDir).toBe(path.join(checkout, 'other'));
    expect(loadSettings({ DATA_DIR: '/srv/tallyflow' }).dataDir).toBe('/srv/tallyflow');
  });

  it('lets API and worker pick their metrics ports unless one is set', () => {
    const portsOf = (env: NodeJS.ProcessEnv) => {
      const { apiMetricsPort, workerMetricsPort, temporalMetricsPort } = loadSettings(env);
      return [apiMetricsPort, workerMetricsPort, temporalMetricsPort];
    };
    expect(portsOf({})).toEqual([0, 0, 0]);
    expect(portsOf({ METRICS_PORT: '9464' })).toEqual([9464, 9465, 9466]);
    expect(portsOf({ TEMPORAL_METRICS_PORT: '9500' })).toEqual([0, 0, 9500]);
  });

  it('names a wrong variable of the local stack, and one of the API', () => {
    expect(() => loadSettings({ POSTGRES_PORT: '65536' })).toThrow('POSTGRES_PORT');
    expect(() => loadSettings({ LOG_LEVEL: 'loud' })).toThrow('LOG_LEVEL');
  });

  it('does not repeat a value that may be a secret', () => {
    const secret = 'mysql://user:geheim@host/db';
    expect(() => loadSettings({ DATABASE_URL: secret })).toThrow(/^(?!.*geheim).*DATABASE_URL/s);
  });
});

describe('applicationPorts', () => {
  it('has the metrics ports only where they are fixed', () => {
    const portsOf = (env: NodeJS.ProcessEnv) =>
      applicationPorts(loadSettings(env)).map(({ port }) => port);
    expect(portsOf({ PORT: '3100' })).toEqual([3100]);
    expect(portsOf({ PORT: '3100', METRICS_PORT: '9464' })).toEqual([3100, 9464, 9465, 9466]);
  });
});
