import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { machine, platform, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v8Flags } from '../../src/local/application.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** Stands in for npm: writes down how it was called, and does what each step leaves behind. */
const recordingNpm = `#!/bin/sh
echo "\${NODE_ENV:-unset} $*" >> "$NPM_CALLS"
case "$1" in
  ci) mkdir -p node_modules/installed ;;
  run) mkdir -p dist && touch dist/built ;;
esac
`;

describe('script/build-image-root', () => {
  let folder: string;
  let checkout: string;
  let calls: string;

  async function write(file: string, text = ''): Promise<void> {
    await mkdir(path.dirname(path.join(checkout, file)), { recursive: true });
    await writeFile(path.join(checkout, file), text);
  }

  function build(...args: string[]) {
    return run(path.join(checkout, 'script/build-image-root'), args, {
      cwd: folder,
      env: { PATH: `${folder}/bin:${process.env.PATH}`, NPM_CALLS: calls, NODE_ENV: 'production' },
    });
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-image-'));
    checkout = path.join(folder, 'checkout');
    calls = path.join(folder, 'calls');
    await mkdir(path.join(folder, 'bin'));
    await writeFile(path.join(folder, 'bin/npm'), recordingNpm);
    await chmod(path.join(folder, 'bin/npm'), 0o755);
    await cp(
      path.join(root, 'script/build-image-root'),
      path.join(checkout, 'script/build-image-root'),
    );
    for (const file of [
      '.env',
      '.npmrc',
      'contract/contract.go',
      'contract/go.mod',
      'contract/limits.json',
      'deploy/aws/app.ts',
      'deploy/aws/rds-ca.pem',
      'deploy/aws/simple/tallyflow',
      'deploy/temporal/create-databases.sql',
      'docker-compose.yml',
      'package.json',
      'package-lock.json',
      'migrations/20260101000000_first.ts',
      'samples/starter-categories.json',
      'src/server.ts',
      'src/domain/money.ts',
      'src/domain/money.test.ts',
      'src/admin-ui/node_modules/left-over/index.js',
      'test/integration/reports.test.ts',
      'node_modules/from-the-checkout/index.js',
    ]) {
      await write(file);
    }
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('installs exactly the lockfile, builds, and drops what only the build needs', async () => {
    await build('target');
    expect((await readFile(calls, 'utf8')).trim().split('\n')).toEqual([
      'development ci',
      'production run build',
      'production prune --omit=dev',
    ]);
  });

  test('copies sources, and neither tests, secrets nor installed packages', async () => {
    await build('target');
    const entries = await readdir(path.join(folder, 'target'), {
      recursive: true,
      withFileTypes: true,
    });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(path.join(folder, 'target'), path.join(entry.parentPath, entry.name)),
      );
    expect(files.sort()).toEqual([
      '.npmrc',
      'contract/limits.json',
      'deploy/aws/rds-ca.pem',
      'deploy/aws/simple/tallyflow',
      'deploy/temporal/create-databases.sql',
      'dist/built',
      'docker-compose.yml',
      'migrations/20260101000000_first.ts',
      'package-lock.json',
      'package.json',
      'samples/starter-categories.json',
      'src/domain/money.ts',
      'src/server.ts',
    ]);
  });

  test('keeps the native library of this platform, and of no other', async () => {
    const releases = 'node_modules/@temporalio/core-bridge/releases';
    const own = `${machine()}-unknown-linux-gnu`;
    const others = ['aarch64-apple-darwin', 'x86_64-pc-windows-msvc'];
    const install = `mkdir -p ${[own, ...others].map((name) => `${releases}/${name}`).join(' ')}\n`;
    await writeFile(path.join(folder, 'bin/npm'), recordingNpm + install);
    await build('target');
    // Elsewhere than on Linux nobody builds images for this platform, and all are kept.
    const kept = platform() === 'linux' ? [own] : [own, ...others];
    expect((await readdir(path.join(folder, 'target', releases))).sort()).toEqual(kept.sort());
  });

  test('lets every user read what it built, however strict the checkout is', async () => {
    await chmod(path.join(checkout, 'src/server.ts'), 0o600);
    await build('target');
    expect((await stat(path.join(folder, 'target/src/server.ts'))).mode & 0o044).toBe(0o044);
  });

  test('refuses a folder that is not empty, and leaves it alone', async () => {
    await mkdir(path.join(folder, 'target'));
    await writeFile(path.join(folder, 'target/mine'), 'kept');
    await expect(build('target')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not empty'),
    });
    expect(await readdir(path.join(folder, 'target'))).toEqual(['mine']);
  });

  test.each([[[]], [['one', 'two']]])('refuses the arguments %j', async (args) => {
    await expect(build(...args)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Usage: script/build-image-root'),
    });
  });

  test('fails where a step fails, and does not go on to the next', async () => {
    await writeFile(path.join(folder, 'bin/npm'), `${recordingNpm}[ "$1" != run ]\n`);
    await expect(build('target')).rejects.toMatchObject({ code: 1 });
    expect(await readFile(calls, 'utf8')).not.toContain('prune');
  });

  test('copies only what .dockerignore lets into the build', async () => {
    const script = await readFile(path.join(root, 'script/build-image-root'), 'utf8');
    const ignore = (await readFile(path.join(root, '.dockerignore'), 'utf8')).split('\n');
    const listed = [...script.matchAll(/^(?:required|optional)\+?=\((.*)\)$/gm)].flatMap((match) =>
      (match[1] as string).split(' '),
    );
    const allowed = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(ignore).toContain('*');
    expect(allowed.sort()).toEqual([...listed, 'script/build-image-root'].sort());
  });
});

describe('the Dockerfile', () => {
  const readLines = async () => (await readFile(path.join(root, 'Dockerfile'), 'utf8')).split('\n');

  test('builds by the script that the tests run', async () => {
    expect((await readLines()).join('\n')).toMatch(/^RUN .*script\/build-image-root \/app$/m);
  });

  test('starts from the Debian image of the Node version that the project pins', async () => {
    const { devDependencies } = JSON.parse(
      await readFile(path.join(root, 'package.json'), 'utf8'),
    ) as { devDependencies: { node: string } };
    const lines = await readLines();
    const bases = lines.filter((line) => line.startsWith('FROM '));
    expect(bases.map((line) => line.split(' ')[1])).toEqual(Array(2).fill('$' + '{NODE_IMAGE}'));
    const [image, digest] = /^ARG NODE_IMAGE=(.*)$/m.exec(lines.join('\n'))?.[1]?.split('@') ?? [];
    expect(image).toBe(`node:${devDependencies.node}-bookworm-slim`);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('runs as a user without rights, and as node itself, without a shell between', async () => {
    const lines = await readLines();
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    const command = ['node', ...v8Flags.api, 'src/server.ts'].map((part) => JSON.stringify(part));
    expect(lines.filter((line) => line.startsWith('CMD '))).toEqual([
      `CMD [${command.join(', ')}]`,
    ]);
  });

  test('asks the health of the API where it listens', async () => {
    expect((await readLines()).join('\n')).toMatch(/^HEALTHCHECK .*\\\n.*\/healthz/m);
  });
});

describe('the Dockerfile of the gateway', () => {
  const text = readFileSync(path.join(root, 'gateway/Dockerfile'), 'utf8');

  test('starts from an exact version of Go, which the module allows, by its digest', async () => {
    const [, version, digest] =
      /^ARG GO_IMAGE=golang:(\d+\.\d+)\.\d+-bookworm@(sha256:[0-9a-f]{64})$/m.exec(text) ?? [];
    expect(digest).toBeDefined();
    const module = await readFile(path.join(root, 'gateway/go.mod'), 'utf8');
    expect(module).toContain(`\ngo ${version}`);
  });

  test('holds one program, which a user without rights runs, and no shell', () => {
    const [, image = ''] = text.split(/^FROM scratch$/m);
    expect(image).toMatch(/^USER 65532:65532$/m);
    expect(image).toMatch(/^ENTRYPOINT \["\/gateway"\]$/m);
    expect(image).not.toMatch(/^RUN /m);
    const [, flag = ''] = /^HEALTHCHECK .* CMD \["\/gateway", "(--[a-z-]+)"\]$/m.exec(image) ?? [];
    expect(readFileSync(path.join(root, 'gateway/main.go'), 'utf8')).toContain(`"${flag}"`);
  });

  test.each([
    ['amd64', 0x3e],
    ['arm64', 0xb7],
  ])(
    'builds a static program for %s by its command',
    async (architecture, machineOfElf) => {
      const command = /^ {2}(CGO_ENABLED=0 .* go build .*) -o \/gateway \.$/m.exec(text)?.[1] ?? '';
      const folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-gateway-'));
      try {
        const env = { ...process.env, TARGETOS: 'linux', TARGETARCH: architecture };
        const output = path.join(folder, 'gateway');
        await run('bash', ['-c', `${command} -o ${output} .`], {
          cwd: path.join(root, 'gateway'),
          env,
        });
        const program = await readFile(output);
        // e_machine of the ELF header.
        expect(program.readUInt16LE(18)).toBe(machineOfElf);
        // A program that is linked to libraries names its interpreter.
        expect(program.includes('/lib/ld-linux') || program.includes('/lib64/ld-linux')).toBe(
          false,
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    // The first build for another architecture compiles Go's own library.
    300_000,
  );
});

describe('script/pin-images', () => {
  test('writes the digest of each base image, in place of one before', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-pins-'));
    try {
      await mkdir(path.join(folder, 'bin'));
      await mkdir(path.join(folder, 'gateway'));
      await cp(path.join(root, 'script/pin-images'), path.join(folder, 'script/pin-images'));
      const old = `sha256:${'0'.repeat(64)}`;
      await writeFile(path.join(folder, 'Dockerfile'), `ARG NODE_IMAGE=node:1@${old}\nFROM x\n`);
      await writeFile(path.join(folder, 'gateway/Dockerfile'), 'ARG GO_IMAGE=golang:2-bookworm\n');
      const docker = '#!/bin/sh\nprintf "sha256:"\necho "$4" | sha256sum | cut -d" " -f1\n';
      await writeFile(path.join(folder, 'bin/docker'), docker);
      await chmod(path.join(folder, 'bin/docker'), 0o755);
      const digest = (image: string) => createHash('sha256').update(`${image}\n`).digest('hex');
      await run(path.join(folder, 'script/pin-images'), {
        env: { PATH: `${folder}/bin:${process.env.PATH}` },
      });
      expect(await readFile(path.join(folder, 'Dockerfile'), 'utf8')).toBe(
        `ARG NODE_IMAGE=node:1@sha256:${digest('node:1')}\nFROM x\n`,
      );
      expect(await readFile(path.join(folder, 'gateway/Dockerfile'), 'utf8')).toBe(
        `ARG GO_IMAGE=golang:2-bookworm@sha256:${digest('golang:2-bookworm')}\n`,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
