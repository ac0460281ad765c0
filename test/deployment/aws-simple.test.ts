import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readMachineVariables } from '../../deploy/aws/src/read-machine-variables.ts';
import { configVariables } from '../../src/config.ts';

const root = path.resolve(import.meta.dirname, '../..');
const scripts = path.join(root, 'deploy/aws/simple');
const digest = (letter: string) => `registry.example/tallyflow@sha256:${letter.repeat(64)}`;

interface Service {
  build?: unknown;
  image: string;
  environment?: Record<string, string>;
  ports?: { host_ip: string; published: string; target: number }[];
  logging?: { driver: string; options: Record<string, string> };
  cap_drop: string[];
  security_opt: string[];
  deploy?: { replicas?: number };
  volumes?: { source: string }[];
  depends_on?: Record<string, { required: boolean }>;
}

/** As Compose itself merges the files, with these values for the variables. */
function readServices(variables: Record<string, string>): Record<string, Service> {
  const files = ['docker-compose.yml', 'deploy/aws/simple/docker-compose.yml'];
  const { stdout, stderr, error } = spawnSync(
    'go',
    ['run', '.', root, ...files.map((file) => path.join(root, file))],
    {
      cwd: path.join(import.meta.dirname, 'compose-config'),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
      encoding: 'utf8',
    },
  );
  if (error) throw new Error('Reading Compose files as Compose does needs Go.', { cause: error });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, Service>;
}

const variables = {
  AWS_REGION: 'eu-central-1',
  LOG_GROUP: '/tallyflow/simple',
  TALLYFLOW_IMAGE: digest('a'),
  DATABASE_HOST: 'database.example',
  POSTGRES_USER: 'owner',
  POSTGRES_PASSWORD: 'of the owner: @/$x',
  POSTGRES_PASSWORD_IN_URL: 'of%20the%20owner',
  APP_DATABASE_PASSWORD: 'of-the-application',
  TEMPORAL_DATABASE_PASSWORD: 'of-temporal',
  REDIS_PASSWORD: 'of-redis',
  BOOTSTRAP_API_KEY: 'bootstrap-key',
  ADMIN_PASSWORD: 'of-the-admin',
  API_ADDRESS: '10.0.1.5',
};

describe('the Compose files on a machine of AWS', () => {
  const services = readServices(variables);
  const all = Object.entries(services);

  test('run everything but PostgreSQL, for which nothing waits', () => {
    expect(all.map(([name]) => name).sort()).toEqual([
      'api',
      'migrate',
      'redis',
      'temporal',
      'temporal-database',
      'temporal-schema',
      'temporal-setup',
      'temporal-ui',
      'worker',
    ]);
    const needed = all.flatMap(([, { depends_on = {} }]) =>
      Object.entries(depends_on).flatMap(([name, { required }]) => (required ? [name] : [])),
    );
    expect(needed.length).toBeGreaterThan(0);
    expect(needed.filter((name) => !(name in services))).toEqual([]);
  });

  test('publish the API to the address in the VPC, and nothing else to another machine', () => {
    const published = all.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port.host_ip, port.published, port.target]),
    );
    expect(published).toEqual([
      ['api', '10.0.1.5', '3000-3001', 3000],
      ['temporal-ui', '127.0.0.1', '8233', 8080],
    ]);
  });

  test('run the image that they are given, and build none', () => {
    for (const name of ['api', 'worker', 'migrate']) {
      expect(services[name]?.image).toBe(digest('a'));
      expect(services[name]?.build).toBeUndefined();
    }
  });

  test.each(all)('send the log of %s to CloudWatch, without waiting for it', (_, { logging }) => {
    expect(logging?.driver).toBe('awslogs');
    expect(logging?.options).toMatchObject({
      'awslogs-group': '/tallyflow/simple',
      mode: 'non-blocking',
    });
  });

  test.each(all)('leave %s without rights that it does not need', (_, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  test('verify the certificate of the database wherever they connect to it', () => {
    const environments = all.map(([name, { environment = {} }]) => [name, environment] as const);
    const urls = environments.flatMap(([, environment]) =>
      Object.entries(environment).filter(([name]) => name.endsWith('DATABASE_URL')),
    );
    // Of the API, the worker and the migrations, and of the migrations as the owner.
    expect(urls).toHaveLength(4);
    for (const [, url] of urls) {
      const { host, searchParams } = new URL(url);
      expect(host).toBe('database.example:5432');
      expect(Object.fromEntries(searchParams)).toEqual({
        sslmode: 'verify-full',
        sslrootcert: '/app/deploy/aws/rds-ca.pem',
      });
    }
    const of = Object.fromEntries(environments);
    expect(of['temporal-database']).toMatchObject({
      PGHOST: 'database.example',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: '/rds-ca.pem',
    });
    expect(of['temporal-schema']).toMatchObject({
      SQL_HOST: 'database.example',
      SQL_TLS: 'true',
      SQL_TLS_CA_FILE: '/rds-ca.pem',
      SQL_TLS_SERVER_NAME: 'database.example',
    });
    expect(of.temporal).toMatchObject({
      POSTGRES_SEEDS: 'database.example',
      SQL_TLS_ENABLED: 'true',
      SQL_CA: '/rds-ca.pem',
      SQL_HOST_VERIFICATION: 'true',
      SQL_HOST_NAME: 'database.example',
    });
  });

  test('give the password of the owner to nobody but what creates and migrates', () => {
    const knowing = all.filter(([, { environment = {} }]) =>
      Object.values(environment).some((value) => /of.*the.*owner/.test(value ?? '')),
    );
    expect(knowing.map(([name]) => name).sort()).toEqual(['migrate', 'temporal-database']);
  });

  test('trust the one proxy in front, and set no variable that the program does not know', () => {
    expect(services.api?.environment?.TRUSTED_PROXY_HOPS).toBe('1');
    for (const name of ['api', 'worker', 'migrate']) {
      const known: readonly string[] = configVariables;
      const names = Object.keys(services[name]?.environment ?? {});
      expect(names.filter((each) => !known.includes(each))).toEqual([]);
    }
  });

  test('hand on each variable that the settings may have', () => {
    const names = readMachineVariables();
    expect(names).toContain('LLM_API_KEY');
    const values = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
    const merged = readServices({ ...variables, ...values });
    const given = ['api', 'worker', 'migrate'].map((name) => merged[name]?.environment ?? {});
    const lost = names.filter((name) => given.every((each) => each[name] !== values[name]));
    expect(lost).toEqual([]);
  });

  test('run as many workers as the settings say', () => {
    expect(services.worker?.deploy?.replicas).toBe(1);
    const { worker } = readServices({ ...variables, WORKER_REPLICAS: '3' });
    expect(worker?.deploy?.replicas).toBe(3);
  });

  test('mount files that are there', () => {
    const sources = all.flatMap(([, { volumes = [] }]) => volumes.map(({ source }) => source));
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  test.each(Object.keys(variables))('stop where %s is missing', (name) => {
    expect(() => readServices({ ...variables, [name]: '' })).toThrow(name);
  });
});

/** Stands in for Docker: keeps API containers as files, and writes down how it was called. */
const docker = `#!/bin/bash
echo "docker $*" | sed "s|compose --project.*docker-compose.yml|compose|" >>"$WORLD/calls"
case "$*" in
  *" ps "*"--quiet api") ls "$WORLD/api" ;;
  *" --scale api="*) touch "$WORLD/api/second"; [[ ! -e $WORLD/api-fails ]] ;;
  *" --wait api") touch "$WORLD/api/first" ;;
  *" --wait worker") echo "$TALLYFLOW_IMAGE" >>"$WORLD/workers"; env | grep '=value-of-' | sort >"$WORLD/secrets" ;;
  *" run "*" migrate") echo "$POSTGRES_PASSWORD_IN_URL" >"$WORLD/owner-password"; exit "$(cat "$WORLD/migrate-status" 2>/dev/null || echo 0)" ;;
  "ps --quiet") ls "$WORLD/api" ;;
  "port first "*) echo 10.0.1.5:3000 ;;
  "port second "*) echo 10.0.1.5:3001 ;;
  "create "*) echo created ;;
  "cp created:/app/docker-compose.yml "*) touch "\${@: -1}/docker-compose.yml" ;;
  "cp created:/app/deploy/. "*) mkdir -p "\${@: -1}/aws" && cp -r "$SCRIPTS" "\${@: -1}/aws/simple" ;;
  "rm --force "*) rm "$WORLD/api/$3" ;;
  "rm created") ;;
  "rm "*) rm "$WORLD/api/$2" ;;
  "login "*) cat >"$WORLD/login"; touch "$DOCKER_CONFIG/config.json"; echo "$DOCKER_CONFIG" >"$WORLD/docker-config" ;;
esac
`;

/** Stands in for the AWS CLI: has a parameter with its history, secrets, and a target group. */
const aws = `#!/bin/bash
echo "aws $*" >>"$WORLD/calls"
value() { sed "s/.*$1 \\([^ ]*\\).*/\\1/" <<<"$*"; }
case "$*" in
  "secretsmanager get-secret-value --secret-id owner "*) echo '{"username": "owner", "password": "p \\"a$s"}' ;;
  "secretsmanager get-secret-value "*) echo "value-of-$4" ;;
  "ssm get-parameter "*) [[ -e $WORLD/images ]] && tail -1 "$WORLD/images" ;;
  "ssm get-parameter-history "*) jq --raw-input '{Value: .}' "$WORLD/images" | jq --slurp '{Parameters: .}' ;;
  "ssm put-parameter "*) echo "$6" >>"$WORLD/images" ;;
  "elbv2 register-targets "*) echo "\${@: -1}" >>"$WORLD/targets" ;;
  "elbv2 wait target-in-service "*) [[ ! -e $WORLD/unhealthy ]] ;;
  "elbv2 deregister-targets "*) grep -vxF "\${@: -1}" "$WORLD/targets" >"$WORLD/left"; mv "$WORLD/left" "$WORLD/targets" ;;
  "elbv2 describe-target-health "*) sed 's/Id=\\(.*\\),Port=\\(.*\\)/\\1\\t\\2/' "$WORLD/targets" ;;
  "cloudformation signal-resource "*) [[ -e $WORLD/deployment-waits ]] ;;
  "ecr get-login-password") echo token ;;
esac
`;

const curl = `#!/bin/bash
case "$*" in
  *latest/api/token*) [[ $* == *"--request PUT"* ]] && echo token ;;
  *"token: token"*instance-id) echo i-new ;;
  *"token: token"*local-ipv4) echo 10.0.1.5 ;;
  *) exit 22 ;;
esac
`;

const settings = `AWS_REGION=eu-central-1
DATABASE_HOST=database.example
LOG_GROUP=/tallyflow/simple
TARGET_GROUP=group
IMAGE_PARAMETER=/tallyflow/simple/image
STACK_NAME=stack
GROUP_ID=group-id
OWNER_SECRET=owner
APP_DATABASE_PASSWORD_SECRET=app
TEMPORAL_DATABASE_PASSWORD_SECRET=temporal
REDIS_PASSWORD_SECRET=redis
BOOTSTRAP_API_KEY_SECRET=bootstrap
ADMIN_PASSWORD_SECRET=admin
LLM_API_KEY_SECRET=model
`;

describe('the machine', () => {
  let world: string;

  const read = (file: string): string[] => {
    const place = path.join(world, file);
    return existsSync(place) ? readFileSync(place, 'utf8').split('\n').filter(Boolean) : [];
  };
  const write = (file: string, text = '') => writeFileSync(path.join(world, file), text);

  function run(command: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(path.join(world, command), args, {
      env: {
        PATH: `${world}/bin:${process.env.PATH}`,
        WORLD: world,
        SCRIPTS: scripts,
        TALLYFLOW_SETTINGS: `${world}/settings`,
        TALLYFLOW_STATE: `${world}/state`,
        DOCKER_PLUGINS: `${world}/plugins`,
      },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }
  const tallyflow = (...args: string[]) =>
    run('state/current/deploy/aws/simple/tallyflow', ...args);
  const currentRelease = () => path.basename(readlinkSync(path.join(world, 'state/current')));

  beforeEach(() => {
    world = mkdtempSync(path.join(tmpdir(), 'tallyflow-machine-'));
    for (const folder of ['api', 'bin', 'settings', 'state/releases'])
      mkdirSync(path.join(world, folder), { recursive: true });
    for (const [name, text] of Object.entries({ docker, aws, curl })) {
      write(`bin/${name}`, text);
      chmodSync(path.join(world, 'bin', name), 0o755);
    }
    for (const name of ['install-docker', 'fetch-release', 'start-release'])
      cpSync(path.join(scripts, name), path.join(world, 'bin', name));
    write('settings/settings', settings);
    write('settings/environment');
    write('images', `${digest('a')}\n`);
    write('targets', 'Id=i-old,Port=3000\n');
  });

  afterEach(() => {
    rmSync(world, { recursive: true, force: true });
  });

  test('starts the release that the parameter names, and takes the place of the machine before', () => {
    const { status, stdout } = run('bin/start-release');
    expect([status, stdout]).toEqual([0, expect.stringContaining(`${digest('a')} runs`)]);
    expect(currentRelease()).toBe('a'.repeat(64));
    expect(read('targets')).toEqual(['Id=i-new,Port=3000']);
    expect(read('workers')).toEqual([digest('a')]);
    // So that nobody who lists processes sees the token.
    expect(read('login')).toEqual(['token']);
    const [dockerConfig = ''] = read('docker-config');
    expect([dockerConfig, existsSync(dockerConfig)]).toEqual([expect.stringMatching(/^\//), false]);
    expect(read('secrets')).toEqual([
      'ADMIN_PASSWORD=value-of-admin',
      'APP_DATABASE_PASSWORD=value-of-app',
      'BOOTSTRAP_API_KEY=value-of-bootstrap',
      'LLM_API_KEY=value-of-model',
      'REDIS_PASSWORD=value-of-redis',
      'TEMPORAL_DATABASE_PASSWORD=value-of-temporal',
    ]);
    expect(read('owner-password')).toEqual(['p%20%22a%24s']);
  });

  test.each([true, false])('tells a deployment that it runs, if one waits: %j', (waits) => {
    if (waits) write('deployment-waits');
    const { status, stdout } = run('bin/start-release');
    expect([status, stdout.includes('no deployment waits')]).toEqual([0, !waits]);
    expect(read('calls').at(-1)).toBe(
      'aws cloudformation signal-resource --stack-name stack --logical-resource-id group-id --unique-id i-new --status SUCCESS',
    );
  });

  test('tells no deployment that it runs where the API does not get healthy', () => {
    write('unhealthy');
    expect(run('bin/start-release').status).not.toBe(0);
    expect(read('calls').filter((call) => call.includes('signal-resource'))).toEqual([]);
  });

  describe('that has no Docker yet', () => {
    const compose = 'plugins/docker-compose';
    const install = () => run('bin/install-docker').status;

    beforeEach(() => {
      const standIns = {
        rpm: 'grep -qx "dnf install --assumeyes docker jq" "$WORLD/installed"',
        dnf: '[[ ! -e $WORLD/no-packages ]] && echo "dnf $*" >>"$WORLD/installed"',
        curl: 'echo Compose >"$8"; [[ ! -e $WORLD/no-github ]]',
        sha256sum: 'cat >/dev/null; [[ ! -e $WORLD/forged ]]',
        systemctl: 'echo "systemctl $*" >>"$WORLD/calls"',
      };
      for (const [name, text] of Object.entries(standIns)) {
        write(`bin/${name}`, `#!/bin/bash\n${text}\n`);
        chmodSync(path.join(world, 'bin', name), 0o755);
      }
      write('installed');
    });

    test('installs it and Compose, once', () => {
      expect([install(), install()]).toEqual([0, 0]);
      expect(read('installed')).toEqual(['dnf install --assumeyes docker jq']);
      expect(read(compose)).toEqual(['Compose']);
      expect(read('calls')).toContain('systemctl enable --now docker');
    });

    test.each(['no-packages', 'no-github', 'forged'])(
      'fails for %s, and goes on at the next attempt',
      (reason) => {
        write(reason);
        expect([install() === 0, read(compose)]).toEqual([false, []]);
        rmSync(path.join(world, reason));
        expect([install(), read(compose)]).toEqual([0, ['Compose']]);
      },
    );
  });

  test('fails where no release was ever named, so that the service tries again', () => {
    rmSync(path.join(world, 'images'));
    expect(run('bin/start-release').status).not.toBe(0);
    expect(read('calls').filter((call) => call.startsWith('docker'))).toEqual([]);
  });

  test('refuses an image without a digest', () => {
    const { status, stderr } = run('bin/fetch-release', 'registry.example/tallyflow:1.2.3');
    expect([status, stderr]).toEqual([1, expect.stringContaining('has no digest')]);
    expect(read('calls')).toEqual([]);
  });

  describe('that runs a release', () => {
    beforeEach(() => {
      run('bin/start-release');
      write('calls');
    });

    test('updates: the old API goes once the load balancer has the new one and has left it', () => {
      const { status, stderr } = tallyflow('update', digest('b'));
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      const steps = read('calls').filter((call) =>
        /migrate|worker|--scale|elbv2 (register|wait|dereg)|docker (stop|rm [^c])|put-p/.test(call),
      );
      const wait = (which: string, port: number) =>
        `aws elbv2 wait ${which} --target-group-arn group --targets Id=i-new,Port=${port}`;
      expect(steps).toEqual([
        'docker compose run --rm --no-deps migrate',
        'docker compose up --detach --no-build --no-deps --wait worker',
        'docker compose up --detach --no-build --no-deps --no-recreate --wait --scale api=2 api',
        'aws elbv2 register-targets --target-group-arn group --targets Id=i-new,Port=3001',
        wait('target-in-service', 3001),
        'aws elbv2 deregister-targets --target-group-arn group --targets Id=i-new,Port=3000',
        wait('target-deregistered', 3000),
        'docker stop -t 50 first',
        'docker rm first',
        `aws ssm put-parameter --name /tallyflow/simple/image --value ${digest('b')} --overwrite`,
      ]);
      expect(read('targets')).toEqual(['Id=i-new,Port=3001']);
      expect(currentRelease()).toBe('b'.repeat(64));
    });

    test('goes back, and forth again', () => {
      tallyflow('update', digest('b'));
      rmSync(path.join(world, 'api/second'));
      write('api/first');
      expect(tallyflow('back').status).toBe(0);
      expect(currentRelease()).toBe('a'.repeat(64));
      expect(read('images')).toEqual([digest('a'), digest('b'), digest('a')]);
      rmSync(path.join(world, 'api/second'));
      write('api/first');
      expect(tallyflow('back').status).toBe(0);
      expect(currentRelease()).toBe('b'.repeat(64));
    });

    test('goes back although the schema is that of the newer release', () => {
      tallyflow('update', digest('b'));
      rmSync(path.join(world, 'api/second'));
      write('api/first');
      write('migrate-status', '3');
      expect(tallyflow('back').status).toBe(0);
      expect(read('workers').at(-1)).toBe(digest('a'));
    });

    test('cannot go back from the first release', () => {
      const { status, stderr } = tallyflow('back');
      expect([status, stderr]).toEqual([1, 'tallyflow: no other release ran before\n']);
    });

    test.each([
      ['migrations fail', 'migrate-status', '1'],
      ['its API does not get healthy', 'api-fails', ''],
      ['the load balancer does not find it healthy', 'unhealthy', ''],
    ])('keeps the old release where %s', (_, file, text) => {
      write(file, text);
      // The old release's own start needs the migrations again, which now know nothing new.
      if (file === 'migrate-status') write('bin/docker', docker.replace('migrate-status', 'once'));
      if (file === 'migrate-status') write('once', '1');
      const { status, stderr } = tallyflow('update', digest('b'));
      expect([status, stderr]).toEqual([1, expect.stringContaining('does not start')]);
      expect(read('calls').filter((call) => call.startsWith('docker stop'))).toEqual([]);
      expect(existsSync(path.join(world, 'api/first'))).toBe(true);
      expect(existsSync(path.join(world, 'api/second'))).toBe(false);
      expect(currentRelease()).toBe('a'.repeat(64));
      expect(read('images')).toEqual([digest('a')]);
      if (file !== 'migrate-status') expect(read('workers').at(-1)).toBe(digest('a'));
    });

    test('asks for a restart where an update was cut off, since there is no third port', () => {
      write('api/second');
      const { status, stderr } = tallyflow('update', digest('b'));
      expect([status, stderr]).toEqual([1, expect.stringContaining('systemctl restart tallyflow')]);
      expect(read('calls').filter((call) => /docker (compose up|stop)/.test(call))).toEqual([]);
    });

    test('does nothing where the release runs already', () => {
      const { status, stdout } = tallyflow('update', digest('a'));
      expect([status, stdout]).toEqual([0, expect.stringContaining('runs already')]);
      expect(read('calls').filter((call) => call.startsWith('docker compose'))).toEqual([]);
    });

    test('leaves the load balancer before it stops', () => {
      expect(tallyflow('stop').status).toBe(0);
      const steps = read('calls').filter((call) => /deregister-targets|docker stop/.test(call));
      expect(steps).toEqual([
        'aws elbv2 deregister-targets --target-group-arn group --targets Id=i-new,Port=3000',
        'docker stop -t 50 first',
      ]);
    });

    test('writes no secret to a file, and none where a list of processes shows it', () => {
      tallyflow('update', digest('b'));
      expect(read('calls').filter((call) => call.includes('value-of-'))).toEqual([]);
      const { stdout } = spawnSync(
        'grep',
        ['-rl', 'value-of-', path.join(world, 'state'), path.join(world, 'settings')],
        { encoding: 'utf8' },
      );
      expect(stdout).toBe('');
    });

    test.each([[[]], [['update']], [['start', 'x']], [['restart']]])(
      'explains itself for %j',
      (args) => {
        const { status, stderr } = tallyflow(...args);
        expect([status, stderr]).toEqual([2, expect.stringMatching(/^Usage: tallyflow start/)]);
      },
    );
  });
});
