import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

interface Locked {
  version: string;
  license?: string;
  integrity?: string;
  /** It comes inside another package, whose checksum is its own. */
  inBundle?: boolean;
  dev?: boolean;
}

const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const awsLock = JSON.parse(
  await readFile(path.join(root, 'deploy/aws/package-lock.json'), 'utf8'),
) as typeof lock;
const packages = [lock, awsLock].flatMap((each) =>
  Object.entries(each.packages).filter(([place]) => place !== ''),
);

interface GoModule {
  path: string;
  version: string;
  license: string;
  sum: string | null;
}

const goModules = JSON.parse(
  (await run(path.join(root, 'script/go-modules'))).stdout,
) as GoModule[];

describe('licences of dependencies', () => {
  /** Permissive ones; MPL-2.0 asks for changes of its own files only, and we change none. */
  const allowed = new Set([
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'CC0-1.0',
    'CC-BY-4.0',
    'ISC',
    'MIT',
    'MPL-2.0',
    'Python-2.0',
    'Unlicense',
  ]);
  /** Those whose package.json names none, looked up by hand in the version that is locked. */
  const lookedUp: Record<string, string> = { 'node_modules/unionfs': 'Unlicense' };

  /** SPDX expressions as they occur: of OR one must be allowed, of AND all. */
  const isAllowed = (expression: string): boolean =>
    expression
      .replace(/[()]/g, '')
      .split(' OR ')
      .some((choice) => choice.split(' AND ').every((licence) => allowed.has(licence)));

  test('are all on the list', () => {
    const others = packages
      .map(([place, { license }]) => [place, license ?? lookedUp[place] ?? 'none'] as const)
      .filter(([, license]) => !isAllowed(license));
    expect(others).toEqual([]);
    expect(goModules.map(({ path }) => path)).toContain('github.com/twmb/franz-go');
    expect(goModules.filter(({ license }) => !isAllowed(license))).toEqual([]);
  });

  test('would be refused otherwise', () => {
    for (const expression of ['GPL-3.0', 'MIT AND GPL-3.0', 'none']) {
      expect(isAllowed(expression)).toBe(false);
    }
    expect(isAllowed('(MIT OR GPL-3.0)')).toBe(true);
  });
});

test('every dependency is pinned to a version and a checksum', async () => {
  const loose = packages.filter(
    ([, { integrity = '', inBundle }]) => !integrity.startsWith('sha512-') && inBundle !== true,
  );
  expect(loose.map(([place]) => place)).toEqual([]);
  expect(goModules.filter(({ sum }) => sum?.startsWith('h1:') !== true)).toEqual([]);
  for (const file of ['package.json', 'deploy/aws/package.json']) {
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(path.join(root, file), 'utf8'),
    ) as Record<string, Record<string, string>>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/)]);
  }
});

test('script/sbom lists what runs in production, and nothing else', async () => {
  const { stdout } = await run(path.join(root, 'script/sbom'), { maxBuffer: 64 * 1024 * 1024 });
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; version: string; hashes?: unknown[] }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const names = new Set(components.map(({ name }) => name));
  for (const name of ['koa', 'pg', '@temporalio/worker', 'github.com/twmb/franz-go'])
    expect(names).toContain(name);
  for (const name of ['jest', 'vite', 'react', 'honnef.co/go/tools'])
    expect(names).not.toContain(name);
});

describe('script/audit', () => {
  /** What it says where npm answers this. */
  async function auditOf(report: unknown): Promise<{ code: number; text: string }> {
    const folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-audit-'));
    try {
      const npm = path.join(folder, 'npm');
      await writeFile(path.join(folder, 'report'), JSON.stringify(report));
      await writeFile(npm, `#!/bin/sh\ncat ${folder}/report\nexit 1\n`);
      await chmod(npm, 0o755);
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
      return await run(path.join(root, 'script/audit'), { env }).then(
        ({ stdout }) => ({ code: 0, text: stdout }),
        ({ code, stderr }) => ({ code, text: stderr }),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const reportOf = (severity: string) => ({
    metadata: { vulnerabilities: { low: 0, moderate: 0, [severity]: 1 } },
    vulnerabilities: { left: { name: 'left-pad', severity, range: '<2' } },
  });

  test.each(['high', 'critical'])('fails for severity %s', async (severity) => {
    const { code, text } = await auditOf(reportOf(severity));
    expect([code, text]).toEqual([1, `${severity}: left-pad <2\n`]);
  });

  test('passes for what is below', async () => {
    expect((await auditOf(reportOf('moderate'))).code).toBe(0);
  });

  test('says so where the registry cannot be asked', async () => {
    const { code, text } = await auditOf({ message: '405 Method Not Allowed' });
    expect([code, text]).toEqual([2, 'The registry did not answer: 405 Method Not Allowed\n']);
  });
});

describe('secrets', () => {
  /** Forms that give a secret away, whatever it is called. */
  const forms: Record<string, RegExp> = {
    'a private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
    'an API key of ours': /\btally_[\w-]{43}\b/,
    'a key of AWS': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
    'a token of GitHub': /\b(?:gh[pousr]_\w{36}|github_pat_\w{50,})/,
    'a token of npm': /\bnpm_\w{36}\b/,
    'a token of Slack': /\bxox[abprs]-[\w-]{10,}/,
    'a key of Google': /\bAIza[\w-]{35}\b/,
    'a key of Stripe': /\b[rs]k_live_\w{20,}/,
    'a JSON web token': /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}/,
    'a password in a URL':
      /\b(?:postgres(?:ql)?|rediss?|https?):\/\/[\w.-]+:(?!password@|secret@)[\w-]{8,}@(?!127\.0\.0\.1|localhost|postgres:|x\b)/,
  };
  const skipped = new Set(['.git', 'node_modules', 'cdk.out', 'dist', '.data', 'coverage', '.env']);

  async function* files(folder: string): AsyncGenerator<string> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) yield* files(place);
      else if (entry.isFile() && !/\.(png|log)$/.test(entry.name)) yield place;
    }
  }

  const found = (text: string): string[] =>
    Object.entries(forms).flatMap(([what, form]) => (form.test(text) ? [what] : []));

  test('are nowhere in the tree', async () => {
    const all: string[] = [];
    for await (const file of files(root)) {
      const text = await readFile(file, 'utf8');
      all.push(...found(text).map((what) => `${path.relative(root, file)}: ${what}`));
    }
    expect(all).toEqual([]);
  });

  test.each([
    ['a private key', ['-----BEGIN EC PRIVATE', 'KEY-----'].join(' ')],
    ['an API key of ours', `tally_${'a'.repeat(43)}`],
    ['a key of AWS', `AKIA${'A'.repeat(16)}`],
    ['a token of GitHub', `ghp_${'a'.repeat(36)}`],
    ['a token of npm', `npm_${'a'.repeat(36)}`],
    ['a token of Slack', `xoxb-${'1'.repeat(12)}`],
    ['a key of Google', `AIza${'a'.repeat(35)}`],
    ['a key of Stripe', `sk_live_${'a'.repeat(24)}`],
    ['a JSON web token', `eyJ${'a'.repeat(20)}.eyJ${'a'.repeat(20)}.${'a'.repeat(20)}`],
    ['a password in a URL', `postgres://app:${'a'.repeat(16)}@db.example.com/x`],
  ])('would be noticed: %s', (what, text) => {
    expect(found(`x = "${text}"`)).toEqual([what]);
  });
});
