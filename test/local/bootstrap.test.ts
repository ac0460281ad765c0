import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processName } from '../../src/local/processes/process-record.ts';
import { kafkaVersion } from '../../src/local/servers/find-kafka.ts';
import { temporalVersion } from '../../src/local/servers/find-temporal.ts';
import { checkout } from '../../src/local/settings.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** A checkout on a machine that has nothing but these, and what a test adds. */
const tools =
  'bash cat chmod cp dirname env find flock gzip mkdir mktemp mv rm sed sleep tail tar touch tr uname';

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);
const runs: ChildProcess[] = [];

function addProgram(name: string, script: string): void {
  writeFileSync(at('bin', name), `#!/usr/bin/env bash\nset -e\n${script}\n`);
  chmodSync(at('bin', name), 0o755);
}

/** Does in the checkout what the real npm leaves behind. */
const npm = `case "$1" in
  ci) mkdir -p node_modules && cp package-lock.json node_modules/.package-lock.json ;;
  run) mkdir -p dist/admin-ui && touch dist/workflow-bundle.js dist/admin-ui/complete ;;
esac`;
const go = `if [[ $1 == install ]]; then
  echo '#!/usr/bin/env bash' >"$GOBIN/temporal" && chmod 755 "$GOBIN/temporal"
fi`;
const waitForFile = (name: string) => `until [[ -e ${at(name)} ]]; do sleep 0.01; done`;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tallyflow-bootstrap-'));
  const folders = 'bin contract gateway src/workflows src/admin-ui src/domain src/local/kafka';
  for (const folder of folders.split(' ')) {
    mkdirSync(at(folder), { recursive: true });
  }
  for (const file of [
    'script/bootstrap',
    'src/local/servers/find-temporal.ts',
    'src/local/kafka/pom.xml',
    'gateway/go.mod',
  ]) {
    cpSync(path.join(checkout, file), at(file));
  }
  writeFileSync(at('package-lock.json'), JSON.stringify({ packages: { '': {} } }));
  for (const tool of tools.split(' ')) {
    const file = execFileSync('bash', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    symlinkSync(file, at('bin', tool));
  }
  symlinkSync(process.execPath, at('bin/node'));
  // Only root may install packages.
  addProgram('id', 'echo 0');
  addProgram('redis-server', '');
  addProgram('npm', npm);
  addProgram('go', go);
  addProgram('curl', 'echo "could not resolve host" >&2; exit 6');
});

afterEach(async () => {
  for (const child of runs.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

function startBootstrap(env: NodeJS.ProcessEnv = {}, options: string[] = []) {
  const child = spawn(at('script/bootstrap'), options, {
    env: { PATH: at('bin'), XDG_CACHE_HOME: at('cache'), HOME: root, TMPDIR: root, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  runs.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  return { child, ended: once(child, 'close').then(([status]) => ({ status, output })) };
}

const bootstrap = (env: NodeJS.ProcessEnv = {}, options: string[] = []) =>
  startBootstrap(env, options).ended;

async function untilGoEnded(): Promise<void> {
  const pid = Number(readFileSync(at('go-pid'), 'utf8'));
  await waitFor(async () => processName(pid) === undefined);
}

describe('script/bootstrap', () => {
  it('installs the npm packages and Temporal side by side, and says nothing the second time', async () => {
    // Neither would end without the other.
    addProgram('npm', `touch ${at('npm-runs')}\n${waitForFile('go-runs')}\n${npm}`);
    addProgram('go', `touch ${at('go-runs')}\n${waitForFile('npm-runs')}\n${go}`);
    const { status, output } = await bootstrap();
    expect({ status, output }).toMatchObject({ status: 0 });
    const version = temporalVersion;
    const npmSays = [
      'Installing the npm packages …',
      'Building the workflow bundle and the console …',
    ];
    const temporalSays = [
      `Downloading the Temporal CLI ${version} …`,
      'The Temporal CLI could not be downloaded.',
      `Building the Temporal CLI ${version} with Go, once for this user; about 2 minutes …`,
      `The Temporal CLI is in ${at(`cache/tallyflow/temporal-${version}/temporal`)}`,
    ];
    const lines = output.trim().split('\n');
    const said = (step: string) => lines.filter((line) => line.startsWith(`[${step}] `));
    expect(said('npm')).toEqual(npmSays.map((line) => `[npm] ${line}`));
    expect(said('temporal')).toEqual(temporalSays.map((line) => `[temporal] ${line}`));
    expect(lines).toHaveLength(npmSays.length + temporalSays.length);
    expect(await bootstrap()).toEqual({ status: 0, output: '' });
  });

  it.each(['src/domain/limits.ts', 'contract/limits.json'])(
    'builds again when %s has changed',
    async (file) => {
      expect((await bootstrap()).status).toBe(0);
      writeFileSync(at(file), '');
      const later = new Date(Date.now() + 60_000);
      utimesSync(at(file), later, later);
      expect((await bootstrap()).output).toBe(
        '[npm] Building the workflow bundle and the console …\n',
      );
    },
  );

  it('unpacks a Temporal CLI that can be downloaded', async () => {
    rmSync(at('bin/go'));
    mkdirSync(at('archive'));
    writeFileSync(at('archive/temporal'), 'the program', { mode: 0o755 });
    execFileSync('tar', ['-czf', at('archive.tar.gz'), '-C', at('archive'), 'temporal']);
    addProgram('curl', `cat ${at('archive.tar.gz')}`);
    expect((await bootstrap()).status).toBe(0);
    expect(existsSync(at(`cache/tallyflow/temporal-${temporalVersion}/temporal`))).toBe(true);
  });

  it('shows the end of the output of a step that fails, and stops the others', async () => {
    addProgram('go', `echo $$ >${at('go-pid')}\nexec sleep 600`);
    addProgram(
      'npm',
      `${waitForFile('go-pid')}\nsleep 0.1; echo 'npm error: no space left'; exit 1`,
    );
    const { status, output } = await bootstrap();
    expect(status).toBe(1);
    expect(output).toMatch(/\[npm\] failed; the end of its output:\nnpm error: no space left\n$/);
    await untilGoEnded();
  });

  it('lets apt-get finish when another step fails', async () => {
    rmSync(at('bin/redis-server'));
    addProgram('apt-get', `touch ${at('apt-runs')}\nsleep 0.5\ntouch ${at('apt-ended')}`);
    addProgram('npm', `${waitForFile('apt-runs')}\nexit 1`);
    const { status } = await bootstrap();
    expect(status).toBe(1);
    expect(existsSync(at('apt-ended'))).toBe(true);
  });

  it('stops all steps when it is stopped itself', async () => {
    addProgram('go', `echo $$ >${at('go-pid')}\nexec sleep 600`);
    const { child, ended } = startBootstrap();
    await waitFor(async () => existsSync(at('go-pid')));
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    await untilGoEnded();
  });

  it('says what helps where Temporal can neither be downloaded nor built', async () => {
    rmSync(at('bin/go'));
    const { status, output } = await bootstrap();
    expect(status).toBe(1);
    expect(output).toMatch(/\[temporal\] failed; .*could not resolve host\n.*TEMPORAL_CLI/s);
  });

  it('needs no Temporal CLI where the environment names a server', async () => {
    rmSync(at('bin/go'));
    expect((await bootstrap({ TEMPORAL_ADDRESS: 'temporal:7233' })).status).toBe(0);
  });

  it('goes on without Redis where that cannot be installed', async () => {
    rmSync(at('bin/redis-server'));
    addProgram('apt-get', 'exit 100');
    const { status, output } = await bootstrap();
    expect(status).toBe(0);
    expect(output).toContain('[apt] There is no redis-server here, and it cannot be installed');
  });

  it('installs a browser and Prometheus where it is asked to', async () => {
    addProgram('apt-get', `echo "$*" >>${at('apt-runs')}`);
    expect((await bootstrap()).status).toBe(0);
    expect(existsSync(at('apt-runs'))).toBe(false);
    expect((await bootstrap({}, ['--with-prometheus', '--with-browser'])).status).toBe(0);
    const installed = (name: string) => `install -y --no-install-recommends ${name}`;
    expect(readFileSync(at('apt-runs'), 'utf8').trim().split('\n')).toEqual([
      'update',
      installed('chromium-headless-shell'),
      installed('prometheus'),
    ]);
  });

  it('stops the service that the package of Prometheus starts', async () => {
    addProgram('apt-get', '');
    for (const name of ['invoke-rc.d', 'update-rc.d'])
      addProgram(name, `echo "${name} $*" >>${at('service-runs')}`);
    expect((await bootstrap({}, ['--with-prometheus'])).status).toBe(0);
    expect(readFileSync(at('service-runs'), 'utf8').trim().split('\n')).toEqual([
      'invoke-rc.d prometheus stop',
      'update-rc.d prometheus disable',
    ]);
  });

  it('says what helps where Prometheus cannot be installed', async () => {
    addProgram('apt-get', 'exit 100');
    const { status, output } = await bootstrap({}, ['--with-prometheus']);
    expect(status).toBe(1);
    expect(output).toMatch(/\[apt\] failed; .*prometheus\.io\/download/s);
  });

  describe('with Kafka', () => {
    const withKafka = () => bootstrap({}, ['--with-kafka']);
    const java = (version: string) =>
      addProgram('java', `echo 'openjdk version "${version}" 2025-04-15' >&2`);
    const target = () => at('cache/tallyflow', `kafka-${kafkaVersion()}`);
    /** Copies a jar to the directory that it is told, as the real one does. */
    const mvn = (fails = '') =>
      addProgram(
        'mvn',
        `for each in "$@"; do case "$each" in -DoutputDirectory=*) out=\${each#*=} ;; esac; done
        mkdir -p "$out" && touch "$out/kafka.jar"; ${fails}`,
      );

    it('fetches a broker once, and keeps none that is not complete', async () => {
      java('17.0.15');
      mvn('exit 1');
      expect((await withKafka()).output).toContain('[kafka] failed');
      expect(existsSync(target())).toBe(false);
      mvn();
      const version = path.basename(target());
      expect((await withKafka()).output).toBe(
        `[kafka] Fetching ${version} from Maven Central …\n[kafka] Kafka is in ${target()}\n`,
      );
      expect(existsSync(path.join(target(), 'kafka.jar'))).toBe(true);
      expect(await withKafka()).toEqual({ status: 0, output: '' });
    });

    it('installs Java and Maven where they are missing or too old', async () => {
      java('11.0.2');
      addProgram('new-java', `echo 'openjdk version "21"' >&2`);
      mvn();
      execFileSync('mv', [at('bin/mvn'), at('bin/new-mvn')]);
      addProgram(
        'apt-get',
        `for each in "$@"; do case "$each" in
          default-jre-headless) cp ${at('bin/new-java')} ${at('bin/java')} ;;
          maven) cp ${at('bin/new-mvn')} ${at('bin/mvn')} ;;
        esac; done`,
      );
      expect((await withKafka()).status).toBe(0);
      expect(existsSync(path.join(target(), 'kafka.jar'))).toBe(true);
    });

    it.each([
      ['Java', 'adoptium', () => java('1.8.0_392')],
      ['Maven', 'maven\\.apache\\.org', () => java('17')],
    ])('says what helps where %s cannot be installed', async (_, place, prepare) => {
      prepare();
      addProgram('apt-get', 'exit 100');
      const { status, output } = await withKafka();
      expect(status).toBe(1);
      expect(output).toMatch(new RegExp(`\\[apt\\] failed; .*${place}`, 's'));
    });

    const tooOld = 'go: go.mod requires go >= 1.26.0 (running go 1.24.4; GOTOOLCHAIN=local)';
    it.each([
      ['there is no Go', () => rmSync(at('bin/go')), '"go" is not on the PATH'],
      ['Go is too old', () => addProgram('go', `echo '${tooOld}' >&2; exit 1`), tooOld],
    ])('says what helps where %s', async (_, prepare, why) => {
      java('17');
      mvn();
      prepare();
      const { status, output } = await bootstrap({ TEMPORAL_ADDRESS: 'temporal:7233' }, [
        '--with-kafka',
      ]);
      expect(status).toBe(1);
      expect(output).toContain('[go] failed');
      expect(output).toContain(why);
      expect(output).toMatch(/built with Go 1\.\d+\.\d+ or newer.*go\.dev\/dl/);
    });
  });

  it('names an option that it does not know', async () => {
    const { status, output } = await bootstrap({}, ['--with-browser', '--all']);
    expect({ status, output }).toMatchObject({ status: 1 });
    expect(output).toContain('unknown option --all');
  });

  it('waits while another one runs for the same user', async () => {
    addProgram('npm', `touch ${at('npm-runs')}\n${waitForFile('go-on')}\n${npm}`);
    const first = startBootstrap();
    await waitFor(async () => existsSync(at('npm-runs')));
    const second = startBootstrap();
    let said = '';
    second.child.stdout?.on('data', (data) => {
      said += data;
    });
    await waitFor(async () => said.includes('Waiting for another bootstrap'));
    writeFileSync(at('go-on'), '');
    expect((await first.ended).status).toBe(0);
    expect(await second.ended).toEqual({
      status: 0,
      output: 'Waiting for another bootstrap to finish …\n',
    });
  });
});
