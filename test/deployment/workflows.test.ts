import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, '.github/workflows');
/** The same place as in script/bootstrap. */
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'tallyflow');
const actionlint = path.join(cache, 'actionlint-1.7.12/actionlint');

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  container?: string;
  environment?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps?: Step[];
  needs?: string | string[];
}
interface Workflow {
  permissions: object;
  jobs: Record<string, Job>;
}

const files = readdirSync(folder);
const textOf = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const jobs = files.flatMap((file) =>
  Object.entries((parse(textOf(file)) as Workflow).jobs).map(
    ([name, job]) => [`${file}: ${name}`, job] as const,
  ),
);
const steps = jobs.flatMap(([place, { steps = [] }]) =>
  steps.map((step) => [place, step] as const),
);

/** What actionlint says of a file. */
function lint(file: string): string {
  const { status, stdout, error } = spawnSync(actionlint, ['-shellcheck', 'shellcheck', file], {
    encoding: 'utf8',
  });
  if (error)
    throw new Error('actionlint is missing: script/bootstrap --with-deployment', { cause: error });
  expect(status).toBe(stdout === '' ? 0 : 1);
  return stdout;
}

describe('the workflows of GitHub', () => {
  test.each(files)('%s is valid, and so are its scripts', (file) => {
    expect(lint(path.join(folder, file))).toBe('');
  });

  test('would not be valid with a script that is wrong', () => {
    const place = mkdtempSync(path.join(tmpdir(), 'tallyflow-workflow-'));
    try {
      const file = path.join(place, 'test.yml');
      const wrong = `run: cd $SOME; $${'{{ x }}'}`;
      writeFileSync(
        file,
        textOf('test.yml').replace('run: script/test --all', () => wrong),
      );
      expect(lint(file)).toMatch(/SC2086[\s\S]*undefined variable "x"/);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  test('run actions by their commits, and name the version beside', () => {
    const uses = files.flatMap((file) =>
      [...textOf(file).matchAll(/^ *(?:- )?uses: (.*)$/gm)].map((match) => match[1] as string),
    );
    expect(uses.length).toBeGreaterThan(10);
    const loose = uses
      .filter((each) => !each.startsWith('./'))
      .filter((each) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(each));
    expect(loose).toEqual([]);
    // One version of each everywhere.
    const names = new Set(uses.map((each) => each.split('@')[0]));
    expect(new Set(uses).size).toBe(names.size);
  });

  test('run in images by their digests', () => {
    const containers = jobs.flatMap(([, { container }]) => (container ? [container] : []));
    expect(containers).toHaveLength(1);
    for (const each of containers)
      expect(readFileSync(path.join(root, 'gateway/Dockerfile'), 'utf8')).toContain(each);
  });

  test('use the version of Node.js that the project pins', () => {
    const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const versions = steps.flatMap(([, step]) => step.with?.['node-version'] ?? []);
    expect(new Set(versions)).toEqual(new Set([devDependencies.node]));
  });

  test('may nothing but what a job asks for', () => {
    for (const file of files) expect(parse(textOf(file)).permissions).toEqual({});
    for (const [place, { permissions }] of jobs) {
      const allowed = { contents: 'read', 'id-token': 'write' };
      expect([place, { ...allowed, ...permissions }]).toEqual([place, allowed]);
    }
  });

  test('know no secret: credentials come by OIDC', () => {
    for (const file of files) expect(textOf(file)).not.toMatch(/secrets[.:]|access-key|inherit/);
    const withCredentials = steps.filter(([, { uses }]) => uses?.includes('configure-aws'));
    expect(withCredentials.map(([place]) => place).sort()).toEqual([
      'deploy.yml: deploy',
      'release.yml: image',
      'release.yml: publish',
    ]);
    for (const [, step] of withCredentials)
      expect(Object.keys(step.with ?? {})).toContain('role-to-assume');
  });

  test('run nothing of npm packages where they could find credentials', () => {
    for (const [place, { steps = [], permissions }] of jobs) {
      if (permissions?.['id-token'] === undefined) continue;
      const credentials = steps.findIndex(({ uses }) => uses?.includes('configure-aws'));
      for (const [index, { run = '' }] of steps.entries()) {
        if (!run.includes('npm ci')) continue;
        expect([place, index < credentials, run]).toEqual([
          place,
          true,
          expect.stringContaining('--ignore-scripts'),
        ]);
      }
    }
  });

  test('keep their credentials for as long as a deployment may take', () => {
    const deploy = jobs.find(([place]) => place === 'deploy.yml: deploy')?.[1];
    const step = deploy?.steps?.find(({ uses }) => uses?.includes('configure-aws'));
    expect(step?.with?.['role-duration-seconds']).toBe(7200);
    expect(deploy?.['timeout-minutes']).toBe(120);
  });

  test('put no text of an event into a script, where it could be a command', () => {
    expect(steps.filter(([, { run = '' }]) => run.includes('${' + '{'))).toEqual([]);
  });

  test('keep no credentials in a checkout', () => {
    const checkouts = steps.filter(([, { uses }]) => uses?.startsWith('actions/checkout'));
    expect(checkouts.length).toBeGreaterThan(3);
    for (const [, step] of checkouts) expect(step.with).toEqual({ 'persist-credentials': false });
  });

  test('end, also where something hangs', () => {
    const own = jobs.filter(([, { uses }]) => uses === undefined);
    for (const [place, job] of own)
      expect([place, job['timeout-minutes']]).toEqual([place, expect.any(Number)]);
  });

  test('release only what was tested, scanned and signed, to an environment that can ask for approval', () => {
    const of = (name: string) => jobs.find(([place]) => place === `release.yml: ${name}`)?.[1];
    expect(of('image')?.needs).toBe('test');
    expect(
      of('image')
        ?.steps?.map(({ uses }) => uses?.split('@')[0])
        .filter(Boolean),
    ).toEqual([
      'actions/checkout',
      'aws-actions/configure-aws-credentials',
      'docker/setup-buildx-action',
      'docker/build-push-action',
      'anchore/scan-action',
      'actions/upload-artifact',
    ]);
    expect(of('publish')?.needs).toBe('image');
    expect(of('publish')?.environment).toBe('release');
    expect(of('production')?.needs).toBe('publish');
    expect(jobs.find(([place]) => place === 'deploy.yml: deploy')?.[1].environment).toBeDefined();
  });
});

test('everything that is pinned is on the list of what gets updates proposed', () => {
  const { updates } = parse(readFileSync(path.join(root, '.github/dependabot.yml'), 'utf8')) as {
    updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[];
  };
  const manifests: Record<string, string> = {
    'github-actions': '.github/workflows/test.yml',
    docker: 'Dockerfile',
    npm: 'package-lock.json',
    gomod: 'go.sum',
  };
  const listed = updates.flatMap((update) =>
    (update.directories ?? [update.directory as string]).map((directory) =>
      path.join('.', directory, manifests[update['package-ecosystem']] as string),
    ),
  );
  const found = Object.values(manifests)
    .flatMap((name) =>
      globSync(`**/${name}`, { cwd: root, exclude: (each) => each === 'node_modules' }),
    )
    .concat('.github/workflows/test.yml');
  expect(listed.sort()).toEqual([...new Set(found)].sort());
});

const scripts = path.join(root, 'deploy/aws');

test.each([
  ...readdirSync(path.join(scripts, 'release')).map((script) => `release/${script}`),
  'simple/fetch-release',
  'simple/install-docker',
  'simple/start-release',
  'simple/tallyflow',
  'simple/user-data.sh',
  '../../script/pin-images',
])('%s has none of the defects that ShellCheck knows', (script) => {
  const { stdout, error } = spawnSync('shellcheck', ['--shell=bash', path.join(scripts, script)], {
    encoding: 'utf8',
  });
  if (error) throw new Error('shellcheck is missing: script/bootstrap --with-deployment');
  expect(stdout).toBe('');
});

describe('the scripts of a release', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const image = `registry.example/tallyflow@${digest('a')}`;
  let world: string;

  /** Stand-ins write down how they were called; what they answer is in files. */
  const standIns: Record<string, string> = {
    docker: `case "$*" in *" inspect "*) cat "$WORLD/digest" ;; esac`,
    cosign: `[[ ! -e $WORLD/unsigned ]]`,
    npm: `for word; do case $word in settings=*) cp "\${word#settings=}" "$WORLD/released" ;; esac; done`,
    aws: `case "$*" in
      "ec2 describe-instances "*) cat "$WORLD/instances" ;;
      "ssm send-command "*) echo command-1 ;;
      "cloudformation describe-stacks "*"'Image'"*) echo "$RUNNING" ;;
      "cloudformation describe-stacks "*"'GatewayImage'"*) echo "$RUNNING-gateway" ;;
      *" --query Status "*) status=$(head -1 "$WORLD/statuses"); sed -i 1d "$WORLD/statuses"; [[ -n $status ]] && echo "$status" ;;
      *" --query StandardOutputContent "*) echo output ;;
      *" --query StandardErrorContent "*) echo error ;;
    esac`,
  };

  beforeEach(() => {
    world = mkdtempSync(path.join(tmpdir(), 'tallyflow-release-'));
    mkdirSync(path.join(world, 'bin'));
    for (const [name, text] of Object.entries(standIns)) {
      const file = path.join(world, 'bin', name);
      writeFileSync(file, `#!/bin/bash\necho "${name} $*" >>"$WORLD/calls"\n${text}\n`);
      chmodSync(file, 0o755);
    }
    write('digest', `${digest('c')}\n`);
    write('instances', 'i-0123\n');
  });

  afterEach(() => {
    rmSync(world, { recursive: true });
  });

  const write = (file: string, text = '') => writeFileSync(path.join(world, file), text);
  const calls = (): string[] =>
    existsSync(path.join(world, 'calls'))
      ? readFileSync(path.join(world, 'calls'), 'utf8').trim().split('\n')
      : [];

  function run(script: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(path.join(scripts, 'release', script), args, {
      env: {
        PATH: `${world}/bin:${process.env.PATH}`,
        WORLD: world,
        RELEASE_POLL_SECONDS: '0',
        RUNNING: 'registry.example/running',
      },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test('publish-image tags the images of both platforms, and signs what the tag names', () => {
    const platforms = [digest('a'), digest('b')];
    const { status, stdout } = run(
      'publish-image',
      'registry.example/tallyflow',
      'v1',
      ...platforms,
    );
    expect([status, stdout]).toEqual([0, `registry.example/tallyflow@${digest('c')}\n`]);
    expect(calls()).toEqual([
      `docker buildx imagetools create --tag registry.example/tallyflow:v1 registry.example/tallyflow@${digest('a')} registry.example/tallyflow@${digest('b')}`,
      expect.stringMatching(/^docker buildx imagetools inspect registry.example\/tallyflow:v1 /),
      `cosign sign --yes --key awskms:///alias/tallyflow-images --tlog-upload=false --recursive registry.example/tallyflow@${digest('c')}`,
    ]);
  });

  test.each([
    ['the registry gives no digest', 'digest', 'not found\n'],
    ['it cannot be signed', 'unsigned', ''],
  ])('publish-image names no image where %s', (_, file, text) => {
    write(file, text);
    const { status, stdout } = run(
      'publish-image',
      'registry.example/tallyflow',
      'v1',
      digest('a'),
    );
    expect([status, stdout]).toEqual([1, '']);
  });

  test('release-simple waits for the machine, and prints what it says', () => {
    write('statuses', '\nPending\nInProgress\nSuccess\n');
    const { status, stdout, stderr } = run('release-simple', image);
    expect([status, stdout, stderr]).toEqual([0, expect.stringMatching(/\noutput\n$/), 'error\n']);
    expect(calls()[0]).toMatch(/^cosign verify /);
    expect(calls()[2]).toContain(`--instance-ids i-0123 --document-name tallyflow-simple-release`);
    expect(calls()[2]).toContain(`--parameters arguments=update ${image} `);
  });

  test('release-simple goes back', () => {
    write('statuses', 'Success\n');
    expect(run('release-simple', '--back').status).toBe(0);
    expect(calls()[1]).toContain('--parameters arguments=back ');
  });

  test.each(['Failed', 'TimedOut', 'Cancelled'])('release-simple fails for %s', (end) => {
    write('statuses', `InProgress\n${end}\n`);
    const { status, stderr } = run('release-simple', image);
    expect([status, stderr]).toEqual([1, `error\nrelease-simple: the command ended as ${end}\n`]);
  });

  test('release-simple sends nothing that is not signed', () => {
    write('unsigned');
    expect(run('release-simple', image).status).toBe(1);
    expect(calls().filter((call) => call.startsWith('aws'))).toEqual([]);
  });

  test.each(['', 'i-1\ti-2\n'])('release-simple fails where the machines are %j', (instances) => {
    write('instances', instances);
    const { status, stderr } = run('release-simple', image);
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is not one machine')]);
  });

  test('release-ecs deploys the images with all other settings as they are', () => {
    write(
      'settings.json',
      JSON.stringify({
        domainName: 'x.example',
        image: 'old',
        kafka: { brokerStorageGib: 10, gatewayImage: 'old' },
      }),
    );
    const gateway = `registry.example/tallyflow-gateway@${digest('b')}`;
    const { status } = run('release-ecs', path.join(world, 'settings.json'), image, gateway);
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(path.join(world, 'released'), 'utf8'))).toEqual({
      domainName: 'x.example',
      image,
      kafka: { brokerStorageGib: 10, gatewayImage: gateway },
    });
    expect(calls().map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'cosign verify',
      'cosign verify',
      'npm run',
    ]);
  });

  test.each([
    [[], 'registry.example/running', 'registry.example/running-gateway'],
    [[image], image, 'registry.example/running-gateway'],
  ])('release-ecs with %j takes the other images from what runs', (images, program, gateway) => {
    write('settings.json', JSON.stringify({ image: 'old', kafka: { gatewayImage: 'old' } }));
    expect(run('release-ecs', path.join(world, 'settings.json'), ...images).status).toBe(0);
    expect(JSON.parse(readFileSync(path.join(world, 'released'), 'utf8'))).toEqual({
      image: program,
      kafka: { gatewayImage: gateway },
    });
    expect(calls().filter((call) => call.startsWith('cosign verify '))).toHaveLength(2);
  });

  test('release-ecs leaves the migrations out for an older image', () => {
    write('settings.json', '{}');
    const file = path.join(world, 'settings.json');
    expect(run('release-ecs', '--without-migrations', file, image).status).toBe(0);
    expect(calls().at(-1)).toContain(' --context migrate=false ');
    expect(run('release-ecs', file, image).status).toBe(0);
    expect(calls().at(-1)).not.toContain('migrate');
  });

  test('release-ecs deploys nothing that is not signed', () => {
    write('settings.json', '{}');
    write('unsigned');
    expect(run('release-ecs', path.join(world, 'settings.json'), image).status).toBe(1);
    expect(calls()).toHaveLength(1);
  });

  test.each([
    ['publish-image', 'repository'],
    ['release-simple'],
    ['release-simple', 'one', 'two'],
    ['release-ecs'],
    ['release-ecs', 'settings.json', 'one', 'two', 'three'],
    ['pause-ecs'],
    ['pause-ecs', '--end'],
    ['restore-database', 'one'],
    ['restore-database', '--swap', 'one', 'two'],
  ])('%s explains itself', (script, ...args) => {
    const { status, stderr } = run(script, ...args.filter((each) => each !== undefined));
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^Usage: /)]);
    expect(calls()).toEqual([]);
  });
});
