import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Synthesized } from './synthesize.ts';

const run = promisify(execFile);

/** The same place as in script/bootstrap. */
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'tallyflow');
const cfnLint = path.join(cache, 'cfn-lint-1.58.0/bin/cfn-lint');

interface LintMatch {
  Rule: { Id: string };
  Message: string;
  Location: { Path: (string | number)[] };
}

/** That a resource waits for another twice, as what CDK itself writes often does, is no defect. */
const ignored = ['W3005'];

/** What cfn-lint finds in a template, as lines. Throws where cfn-lint itself fails. */
export async function lintTemplate({ file, region }: Synthesized): Promise<string[]> {
  const args = ['--regions', region, '--ignore-checks', ...ignored, '--format', 'json', '--', file];
  // It also ends with a status for what it finds.
  const { stdout } = await run(cfnLint, args, { maxBuffer: 16 * 1024 * 1024 }).catch(
    (error: NodeJS.ErrnoException & { stdout: string }) => {
      if (error.code === 'ENOENT')
        throw new Error('cfn-lint is missing: script/bootstrap --with-deployment');
      return error;
    },
  );
  return (JSON.parse(stdout || '[]') as LintMatch[]).map(
    ({ Rule, Message, Location }) => `${Rule.Id} ${Location.Path.join('.')}: ${Message}`,
  );
}
