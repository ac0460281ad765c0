import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { prometheus, tempo } from '../../deploy/observability/dashboards/panels.ts';
import { configVariables, loadConfig } from '../../src/config.ts';
import { batchIdsAttribute, batchStatusAttribute } from '../../src/domain/search-attribute.ts';
import { v8Flags } from '../../src/local/application.ts';

interface Service {
  profiles?: string[];
  image?: string;
  build?: unknown;
  command?: string | string[];
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  read_only?: boolean;
  mem_limit?: string;
  pids_limit?: number;
  restart?: string;
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
}

interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const root = path.resolve(import.meta.dirname, '../..');
const composeText = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(composeText, { merge: true }) as ComposeFile;
const services = Object.entries(compose.services);

const observabilityFile = 'docker-compose.observability.yml';
const observabilityText = readFileSync(path.join(root, observabilityFile), 'utf8');
const observability = parse(observabilityText, { merge: true }) as ComposeFile;
const allServices = [
  ...services,
  // It also adds variables to services of the first file.
  ...Object.entries(observability.services).filter(([name]) => !(name in compose.services)),
];

/** Their images have nothing that could check them. Prometheus reads their metrics. */
const withoutShell = ['collector', 'tempo'];

/** Containers that end when their work is done; every other one is to stay up. */
const oneShots = [
  'temporal-database',
  'temporal-schema',
  'temporal-setup',
  'migrate',
  'kafka-topics',
];
const secrets = [
  'POSTGRES_PASSWORD',
  'APP_DATABASE_PASSWORD',
  'TEMPORAL_DATABASE_PASSWORD',
  'REDIS_PASSWORD',
  'BOOTSTRAP_API_KEY',
  'ADMIN_PASSWORD',
  'GRAFANA_PASSWORD',
];
/** Not everybody has these. */
const optionalSecrets = ['LLM_API_KEY', 'OTEL_EXPORTER_OTLP_HEADERS'];
/** For servers elsewhere, which want certificates or keys; those of the file have a network of their own. */
const forOtherServers = [
  'DATABASE_PASSWORD',
  'KAFKA_CA_FILE',
  'KAFKA_CERT_FILE',
  'KAFKA_KEY_FILE',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_PASSWORD',
  'KAFKA_SASL_USERNAME',
  'KAFKA_TLS',
  'MIGRATION_DATABASE_PASSWORD',
  'REDIS_CA_FILE',
  'REDIS_CERT_FILE',
  'REDIS_KEY_FILE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_CA_FILE',
  'TEMPORAL_CERT_FILE',
  'TEMPORAL_KEY_FILE',
  'TEMPORAL_SERVER_NAME',
  'TEMPORAL_TLS',
];
/** Given by docker-compose.yml itself, since only it knows the addresses of its services. */
const fixedByCompose = [
  'DATABASE_URL',
  'HOST',
  'METRICS_HOST',
  'METRICS_PORT',
  'MIGRATION_DATABASE_URL',
  'REDIS_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_METRICS_PORT',
];

/** Every `${NAME…}` that Compose would replace; `$$` is its escape for a dollar sign. */
const interpolations = [
  ...(composeText + observabilityText)
    .replaceAll('$$', '')
    .matchAll(/\$\{(?<name>\w+)(?<modifier>[^}]*)\}/g),
].map((match) => ({
  name: match.groups?.name as string,
  modifier: match.groups?.modifier as string,
}));

function readExample(): { offered: Map<string, string>; mentioned: Map<string, string> } {
  const offered = new Map<string, string>();
  const mentioned = new Map<string, string>();
  for (const line of readFileSync(path.join(root, '.env.example'), 'utf8').split('\n')) {
    const match = /^(?<comment># )?(?<name>[A-Z][A-Z0-9_]*)=(?<value>.*)$/.exec(line);
    if (!match?.groups) continue;
    const { comment, name, value } = match.groups as Record<string, string>;
    (comment ? mentioned : offered).set(name as string, value as string);
  }
  return { offered, mentioned };
}
const example = readExample();

/** Replaces `${NAME…}` as Compose would, with the values of .env.example where no other is given. */
function interpolate(text: string, values: ReadonlyMap<string, string> = example.offered): string {
  return text.replace(/\$\{(\w+)[^}]*\}/g, (_, name: string) => values.get(name) ?? '');
}

/** As Compose writes a variable that has to be set. */
const demanded = (name: string): string => `\${${name}:?set it in .env}`;

function environmentOf(name: string): Record<string, string> {
  return compose.services[name]?.environment ?? {};
}

/**
 * The specification's own JSON schema, as the linter for Compose files carries it. It forbids
 * unknown keys, so a misspelt option fails here and not on a server.
 */
function readSpecificationSchema(): object {
  const manifest = createRequire(import.meta.url).resolve('dclint/package.json');
  const file = path.join(path.dirname(manifest), 'schemas/compose.schema.json');
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

describe('docker-compose.yml', () => {
  test('is valid against the Compose specification', () => {
    // The schema says "draft-07" by a URI that Ajv knows under its http form only.
    const { $schema: _, ...schema } = readSpecificationSchema() as Record<string, unknown>;
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addFormat('ports', true).addFormat('expose', true).addFormat('subnet_ip_address', true);
    const validate = ajv.compile(schema);
    for (const text of [composeText, observabilityText]) {
      validate(parse(text, { merge: true }));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test('names the services of the whole system', () => {
    expect(allServices.map(([name]) => name).sort()).toEqual([
      'api',
      'collector',
      'consumer',
      'gateway',
      'grafana',
      'kafka',
      'kafka-topics',
      'migrate',
      'postgres',
      'prometheus',
      'redis',
      'tempo',
      'temporal',
      'temporal-database',
      'temporal-schema',
      'temporal-setup',
      'temporal-ui',
      'worker',
    ]);
  });

  test.each(allServices)('gives %s an image with an exact version', (_name, service) => {
    const [, tag] = interpolate(service.image ?? '').split(':');
    // PostgreSQL's versions have two numbers.
    const exact = service.image?.startsWith('postgres:')
      ? /^\d+\.\d+-\w+$/
      : /^v?\d+\.\d+\.\d+(-\w+)?$/;
    expect(tag).toMatch(service.build === undefined ? exact : /^local$/);
  });

  test.each(allServices)(
    'gives %s no right of the system that it does not need',
    (name, service) => {
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      // PostgreSQL's image gives itself its folder before it becomes another user.
      const needed = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];
      expect(service.cap_add).toEqual(name === 'postgres' ? needed : undefined);
    },
  );

  test.each(allServices)('bounds the memory and the processes of %s', (_name, service) => {
    expect(interpolate(service.mem_limit ?? '')).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  test('lets containers write into their own files only where their images ask for it', () => {
    // Those of Temporal write their configuration when they start.
    const writable = allServices.filter(([, { read_only }]) => read_only !== true);
    expect(writable.map(([name]) => name).sort()).toEqual([
      'temporal',
      'temporal-schema',
      'temporal-setup',
      'temporal-ui',
    ]);
  });

  test('starts nothing of Kafka without its profile', () => {
    const profiles = allServices.filter(([, service]) => service.profiles !== undefined);
    expect(profiles.map(([name, service]) => [name, service.profiles])).toEqual(
      ['kafka', 'kafka-topics', 'gateway', 'consumer'].map((name) => [name, ['kafka']]),
    );
    // What always runs waits for none of these.
    for (const [, { profiles: own, depends_on = {} }] of allServices)
      if (own === undefined)
        for (const target of Object.keys(depends_on))
          expect(compose.services[target]?.profiles).toBeUndefined();
  });

  test('runs API, worker, consumer and migrations from one image that it builds', () => {
    for (const name of ['api', 'worker', 'consumer', 'kafka-topics', 'migrate']) {
      const service = compose.services[name] as Service;
      expect(interpolate(service.image ?? '')).toBe('tallyflow:local');
      expect(service.build).toBe('.');
    }
  });

  test.each(allServices)('restarts %s when it fails', (name, service) => {
    // "unless-stopped" would run a one-shot over and over.
    const expected = oneShots.includes(name) ? /^on-failure:\d+$/ : /^unless-stopped$/;
    expect(service.restart).toMatch(expected);
  });

  test.each(allServices)('checks the health of %s, or says that there is none', (name, service) => {
    if ([...oneShots, ...withoutShell].includes(name))
      expect(service.healthcheck).toEqual({ disable: true });
    else expect(service.healthcheck?.test?.[0]).toMatch(/^CMD(-SHELL)?$/);
  });

  test('lets a consumer that has lost its group for long be unhealthy', () => {
    const { healthcheck } = compose.services.consumer as Service;
    expect(String(healthcheck?.test)).toContain(
      `:${environmentOf('consumer').METRICS_PORT}/healthz`,
    );
  });

  test.each(allServices)(
    'makes %s wait for services that exist, in a way they can meet',
    (_, service) => {
      for (const [target, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(Object.fromEntries(allServices)).toHaveProperty([target]);
        const expected = oneShots.includes(target)
          ? 'service_completed_successfully'
          : withoutShell.includes(target)
            ? 'service_started'
            : 'service_healthy';
        expect([target, condition]).toEqual([target, expected]);
      }
    },
  );

  test('lets the API start without Redis and Temporal, which it can do without', () => {
    expect(Object.keys(compose.services.api?.depends_on ?? {}).sort()).toEqual([
      'migrate',
      'postgres',
    ]);
  });

  test('starts files of the source tree as a local start does', () => {
    const command = (name: string) => compose.services[name]?.command;
    expect(command('api')).toEqual(['node', ...v8Flags.api, 'src/server.ts']);
    expect(command('worker')).toEqual(['node', ...v8Flags.worker, 'src/worker.ts']);
    expect(command('consumer')).toEqual(['node', ...v8Flags.worker, 'src/consumer.ts']);
    expect(command('kafka-topics')).toEqual(['node', 'src/kafka-topics.ts']);
    expect(command('migrate')).toEqual(['node', 'src/migrate.ts']);
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(`node ${v8Flags.api.join(' ')} src/server.ts`).toBe(scripts['start:api']);
    expect(`node ${v8Flags.worker.join(' ')} src/worker.ts`).toBe(scripts['start:worker']);
  });

  test('publishes what people open, to this machine alone, and nothing else', () => {
    const published = allServices.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, interpolate(port)]),
    );
    expect(published).toEqual([
      ['temporal-ui', '127.0.0.1:8233:8080'],
      ['api', '127.0.0.1:3000:3000'],
      ['gateway', '127.0.0.1:3002:3001'],
      ['prometheus', '127.0.0.1:9091:9090'],
      ['grafana', '127.0.0.1:3001:3000'],
    ]);
  });

  test('mounts declared volumes, and files that are there, read-only', () => {
    const mounts = allServices.flatMap(([, { volumes = [] }]) => volumes);
    const files = mounts.filter((mount) => mount.startsWith('./'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const [source = '', , mode] = file.split(':');
      expect([file, existsSync(path.join(root, source)), mode]).toEqual([file, true, 'ro']);
    }
    const named = mounts.filter((mount) => !files.includes(mount));
    expect(named.map((mount) => mount.split(':')[0]).sort()).toEqual(
      Object.keys({ ...compose.volumes, ...observability.volumes }).sort(),
    );
  });

  test('lets Redis drop what is oldest, and gives it a password that no list of processes shows', () => {
    const { command, environment, healthcheck } = compose.services.redis as Service;
    const [shell, , script = ''] = command as string[];
    expect(shell).toBe('/bin/sh');
    const [start, ...settings] = interpolate(script).trim().split('\n');
    expect(start).toBe('exec redis-server - <<SETTINGS');
    expect(settings).toEqual([
      'maxmemory 256mb',
      'maxmemory-policy allkeys-lru',
      'save ""',
      'appendonly no',
      'requirepass $$REDISCLI_AUTH',
      'SETTINGS',
    ]);
    expect(environment).toEqual({ REDISCLI_AUTH: demanded('REDIS_PASSWORD') });
    expect(String(healthcheck?.test)).not.toMatch(/PASSWORD|AUTH/);
  });

  test('gives Temporal a role of its own, which owns its databases and is nobody else', () => {
    // Its own test runs the script.
    expect(compose.services['temporal-database']?.volumes).toEqual([
      './deploy/temporal/create-databases.sql:/create-databases.sql:ro',
    ]);
    expect(environmentOf('temporal-schema').SQL_USER).toBe('temporal');
    expect(environmentOf('temporal').POSTGRES_USER).toBe('temporal');
    const password = demanded('TEMPORAL_DATABASE_PASSWORD');
    expect(environmentOf('temporal-schema').SQL_PASSWORD).toBe(password);
    expect(environmentOf('temporal').POSTGRES_PWD).toBe(password);
    // Nobody else has the owner's.
    const withOwner = services.filter(([, { environment = {} }]) =>
      Object.values(environment).some((value) =>
        String(value).includes(demanded('POSTGRES_PASSWORD')),
      ),
    );
    expect(withOwner.map(([name]) => name).sort()).toEqual([
      'migrate',
      'postgres',
      'temporal-database',
    ]);
  });

  test('starts PostgreSQL with the settings that docs/operations.md asks for', () => {
    const command = ((compose.services.postgres as Service).command as string[]).map((part) =>
      interpolate(part),
    );
    expect(command).toEqual([
      'postgres',
      '-cmax_connections=200',
      '-clog_error_verbosity=terse',
      '-clog_parameter_max_length=0',
      '-clog_parameter_max_length_on_error=0',
      '-cidle_in_transaction_session_timeout=10min',
      '-ctcp_keepalives_idle=30',
      '-ctcp_keepalives_interval=10',
      '-ctcp_keepalives_count=3',
    ]);
  });

  test('has connections for as many processes as it starts, and for Temporal', () => {
    const defaults = loadConfig({ DATABASE_URL: 'postgres://example' });
    const ofApi =
      defaults.DATABASE_POOL_SIZE +
      defaults.DATABASE_READ_POOL_SIZE +
      defaults.DATABASE_EXPORT_POOL_SIZE +
      // Listens for changes.
      1;
    const wanted = 2 * ofApi + 4 * defaults.DATABASE_POOL_SIZE + 60;
    expect(Number(example.offered.get('POSTGRES_MAX_CONNECTIONS'))).toBeGreaterThan(wanted);
  });

  test('registers the search attributes that batch workflows are started with', () => {
    const command = String(compose.services['temporal-setup']?.command);
    expect(command).toContain(`ensure_attribute ${batchStatusAttribute} Keyword &&`);
    expect(command).toContain(`ensure_attribute ${batchIdsAttribute} KeywordList\n`);
  });
});

describe('secrets', () => {
  test.each(secrets)('%s is demanded wherever it is used, and has no default', (secret) => {
    const uses = interpolations.filter(({ name }) => name === secret);
    expect(uses.length).toBeGreaterThan(0);
    for (const { modifier } of uses) expect(modifier).toMatch(/^:\?/);
    expect(example.offered.get(secret)).toBe('');
  });

  test('are all known: no other variable is named like one', () => {
    const suspects = interpolations
      .map(({ name }) => name)
      .filter((name) => /PASSWORD|SECRET|TOKEN\b|KEY|HEADERS/.test(name));
    expect([...new Set(suspects)].sort()).toEqual([...secrets, ...optionalSecrets].sort());
  });

  test('are not written into the file', () => {
    const literals = allServices.flatMap(([name, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([variable]) => /PASSWORD|PWD|SECRET|TOKEN|_KEY$/.test(variable))
        .filter(([, value]) => !String(value).startsWith('${'))
        .map(([variable]) => `${name}: ${variable}`),
    );
    expect(literals).toEqual([]);
  });
});

describe('the environment', () => {
  test('uses no variable that .env.example does not explain', () => {
    const names = [...new Set(interpolations.map(({ name }) => name))];
    expect(names.filter((name) => !example.offered.has(name))).toEqual([]);
  });

  test('offers no variable in .env.example that nothing uses', () => {
    const used = new Set(interpolations.map(({ name }) => name));
    expect([...example.offered.keys()].filter((name) => !used.has(name))).toEqual([]);
  });

  test('gives each variable one default, the one that .env.example shows', () => {
    const different = interpolations
      .filter(({ modifier }) => modifier.startsWith(':-') && modifier !== ':-')
      .filter(({ name, modifier }) => modifier.slice(2) !== example.offered.get(name));
    expect(different).toEqual([]);
  });

  test('shows the defaults that the configuration has', () => {
    const defaults = loadConfig({ DATABASE_URL: 'postgres://example' });
    const shown = new Map([...example.offered, ...example.mentioned]);
    for (const name of configVariables) {
      if (secrets.includes(name) || name === 'DATABASE_URL' || name === 'REDIS_URL') continue;
      expect([name, shown.get(name)]).toEqual([name, String(defaults[name] ?? '')]);
    }
  });

  test('explains every variable of the configuration in .env.example', () => {
    const missing = configVariables.filter(
      (name) => !example.offered.has(name) && !example.mentioned.has(name),
    );
    expect(missing).toEqual([]);
  });

  test('passes every variable of the configuration to the API, the worker or the consumer', () => {
    const passed = {
      ...environmentOf('api'),
      ...environmentOf('worker'),
      ...environmentOf('consumer'),
    };
    expect(configVariables.filter((name) => !(name in passed)).sort()).toEqual(
      ['MIGRATION_DATABASE_URL', ...forOtherServers].sort(),
    );
  });

  test.each(['api', 'worker', 'consumer', 'migrate'])(
    'gives %s no variable that it would not read',
    (name) => {
      const known: string[] = configVariables;
      expect(
        Object.keys(environmentOf(name)).filter((variable) => !known.includes(variable)),
      ).toEqual([]);
    },
  );

  test.each(['api', 'worker', 'migrate'])(
    'gives %s fixed values only for what it alone knows',
    (name) => {
      const fixed = Object.entries(environmentOf(name))
        .filter(([variable, value]) => !value.startsWith(`\${${variable}`))
        .map(([variable]) => variable);
      // PORT is the container's here, and the published one in .env.
      const own = name === 'migrate' ? [] : ['MIGRATION_DATABASE_URL'];
      expect(fixed.sort()).toEqual(
        [...fixedByCompose, 'PORT'].filter((variable) => !own.includes(variable)).sort(),
      );
      expect([...example.mentioned.keys()].sort()).toEqual(
        [...fixedByCompose, ...forOtherServers].sort(),
      );
    },
  );

  test.each(['api', 'worker', 'migrate'])(
    'is valid for %s once the secrets are filled in',
    (name) => {
      const values = new Map(example.offered)
        .set('POSTGRES_PASSWORD', 'a1b2c3')
        .set('APP_DATABASE_PASSWORD', 'd4e5f6')
        .set('REDIS_PASSWORD', '778899')
        .set('BOOTSTRAP_API_KEY', 'k'.repeat(32))
        .set('ADMIN_PASSWORD', 'p'.repeat(12));
      const env = Object.fromEntries(
        Object.entries(environmentOf(name)).map(([variable, value]) => [
          variable,
          interpolate(value, values),
        ]),
      );
      expect(loadConfig(env)).toMatchObject({
        DATABASE_URL: 'postgres://tallyflow_app:d4e5f6@postgres:5432/tallyflow',
        REDIS_URL: 'redis://:778899@redis:6379',
        TEMPORAL_ADDRESS: 'temporal:7233',
        PORT: 3000,
      });
    },
  );
});

describe('docker-compose.observability.yml', () => {
  const configurationOf = (file: string) =>
    parse(readFileSync(path.join(root, 'deploy/observability', file), 'utf8'));

  test('lets the API and the worker send all traces to the collector, which chooses', () => {
    for (const name of ['api', 'worker']) {
      expect(observability.services[name]).toEqual({
        environment: {
          OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
          OTEL_TRACES_SAMPLER_ARG: '1',
          OTEL_LOGS_EXPORTER: 'none',
          OTEL_METRICS_EXPORTER: 'none',
        },
      });
    }
    expect(configurationOf('collector.yml').receivers.otlp.protocols.http.endpoint).toBe(
      '0.0.0.0:4318',
    );
  });

  test('keeps errors and slow traces whatever share of the others it keeps', () => {
    const { processors, service } = configurationOf('collector.yml');
    expect(service.pipelines.traces.processors).toEqual([
      'memory_limiter',
      'tail_sampling',
      'batch',
    ]);
    const policies = processors.tail_sampling.policies.map(({ type }: { type: string }) => type);
    expect(policies).toEqual(['status_code', 'latency', 'probabilistic']);
    // With 0, or with many, errors of a trace that was left out are dropped as well.
    expect(processors.tail_sampling.decision_cache.non_sampled_cache_size).toBe(1);
  });

  test('gives the collector more memory than it allows itself', () => {
    const { limit_mib: limit } = configurationOf('collector.yml').processors.memory_limiter;
    expect(limit).toBeLessThan(parseInt(observability.services.collector?.mem_limit ?? '0', 10));
  });

  test('has a configuration that Prometheus accepts, with the jobs that the rules name', () => {
    const file = path.join(root, 'deploy/observability/prometheus.yml');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', file], {
      encoding: 'utf8',
    });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
    const jobs = configurationOf('prometheus.yml').scrape_configs.map(
      ({ job_name }: { job_name: string }) => job_name,
    );
    expect(jobs).toEqual([
      'tallyflow-api',
      'tallyflow-worker',
      'tallyflow-temporal-sdk',
      'tallyflow-gateway',
      'tallyflow-consumer',
      'collector',
      'tempo',
    ]);
  });

  test('reads metrics where the containers serve them', () => {
    const ports = Object.fromEntries(
      configurationOf('prometheus.yml').scrape_configs.map(
        ({
          job_name,
          dns_sd_configs,
        }: {
          job_name: string;
          dns_sd_configs?: { port: number }[];
        }) => [job_name, String(dns_sd_configs?.[0]?.port)],
      ),
    );
    expect(ports['tallyflow-api']).toBe(environmentOf('api').METRICS_PORT);
    expect(ports['tallyflow-worker']).toBe(environmentOf('worker').METRICS_PORT);
    expect(ports['tallyflow-gateway']).toBe(environmentOf('gateway').METRICS_PORT);
    expect(ports['tallyflow-consumer']).toBe(environmentOf('consumer').METRICS_PORT);
    expect(ports['tallyflow-temporal-sdk']).toBe(environmentOf('worker').TEMPORAL_METRICS_PORT);
  });

  test('shows the dashboards with the data sources that it has', () => {
    const { datasources } = configurationOf('grafana/provisioning/datasources/tallyflow.yml');
    const uids = datasources.map(({ uid }: { uid: string }) => uid);
    expect(uids).toEqual([prometheus.uid, tempo.uid]);
    const { providers } = configurationOf('grafana/provisioning/dashboards/tallyflow.yml');
    expect(observability.services.grafana?.volumes).toContain(
      `./deploy/observability/grafana/dashboards:${providers[0].options.path}:ro`,
    );
  });
});

describe('the files it needs', () => {
  test.each(['Dockerfile', '.dockerignore', 'script/build-image-root'])('have %s', (file) => {
    expect(existsSync(path.join(root, file))).toBe(true);
  });
});
