import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, jest } from '@jest/globals';

const run = promisify(execFile);
const home = path.resolve(import.meta.dirname, '..');
const outputs = mkdtempSync(path.join(tmpdir(), 'tallyflow-aws-'));
// It takes ten seconds, and several times that beside others on a machine with few processors.
jest.setTimeout(180_000);
afterAll(() => rmSync(outputs, { recursive: true }));

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdatePolicy?: Record<string, unknown>;
}

export interface Synthesized {
  /** A file, as cfn-lint wants it. */
  file: string;
  region: string;
  resources: Record<string, Resource>;
}

/** The regions in cdk.context.json, which has their availability zones, so that nobody is asked for them. */
export const regions = ['eu-central-1', 'us-east-1'] as const;

export const ofType = (
  { resources }: Synthesized,
  type: string,
): { id: string; properties: Record<string, unknown> }[] =>
  Object.entries(resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties = {} }]) => ({ id, properties: Properties }));

/**
 * Runs the CLI as an operator does. It also runs the rules of AWS Solutions: any that is broken without having been
 * acknowledged fails it. Settings replace those of the example.
 */
export async function synthesize(
  way: 'ecs' | 'pipeline' | 'simple',
  region: string,
  settings: Record<string, unknown> = {},
): Promise<Synthesized> {
  const target = mkdtempSync(path.join(outputs, `${way}-`));
  const example = path.join(home, `settings/${way}.example.json`);
  const file = path.join(target, 'settings.json');
  writeFileSync(
    file,
    JSON.stringify({ ...JSON.parse(readFileSync(example, 'utf8')), ...settings }),
  );
  const context = { settings: file, account: '111111111111', region };
  await run(
    path.join(home, 'node_modules/.bin/cdk'),
    [
      ...['synth', '--quiet', '--no-notices', '--no-version-reporting', '--output', target],
      ...['--app', `node ${way}.ts`],
      ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]),
    ],
    // Nothing here may ask AWS, or report to it.
    {
      cwd: home,
      env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', AWS_EC2_METADATA_DISABLED: 'true' },
      maxBuffer: 16 * 1024 * 1024,
    },
  ).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`cdk synth failed:\n${error.stdout}\n${error.stderr}`, { cause: error });
  });
  const template = path.join(
    target,
    `Tallyflow${way[0]?.toUpperCase()}${way.slice(1)}.template.json`,
  );
  return {
    file: template,
    region,
    resources: JSON.parse(readFileSync(template, 'utf8')).Resources,
  };
}
