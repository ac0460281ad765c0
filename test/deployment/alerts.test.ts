import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkout } from '../../src/local/settings.ts';

interface Rule {
  alert?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
interface RuleFile {
  groups: { rules: Rule[] }[];
}
interface RuleTests {
  tests: { promql_expr_test: { expr: string; exp_samples: { value: number }[] }[] }[];
}

const directory = path.join(checkout, 'deploy/observability/rules');
const yamlFilesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => path.join(folder, name));
const ruleFiles = yamlFilesIn(directory);
const testFiles = yamlFilesIn(path.join(directory, 'tests'));
const read = <File>(file: string) => parse(readFileSync(file, 'utf8')) as File;

const alerts = ruleFiles
  .flatMap((file) => read<RuleFile>(file).groups.flatMap(({ rules }) => rules))
  .filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);
const names = alerts.map(({ alert }) => alert);

/** Rejects with the output of promtool if it fails. */
async function promtool(...args: string[]): Promise<string> {
  const run = promisify(execFile)('promtool', args, { encoding: 'utf8' });
  return (await run.catch(({ stdout, stderr }) => Promise.reject(new Error(stdout + stderr))))
    .stdout;
}

describe('rules', () => {
  it.each(ruleFiles)('%s is accepted by Prometheus', async (file) => {
    expect(await promtool('check', 'rules', file)).toContain('SUCCESS');
  });

  it.each(testFiles)('%s passes', async (file) => {
    expect(await promtool('test', 'rules', file)).toContain('SUCCESS');
  });

  it('are tested to fire, and not to fire', () => {
    const checks = testFiles
      .flatMap((file) => read<RuleTests>(file).tests)
      .flatMap(({ promql_expr_test }) => promql_expr_test)
      .map(({ expr, exp_samples }) => ({
        alert: /alertname="(\w+)"/.exec(expr)?.[1],
        fires: exp_samples.some(({ value }) => value > 0),
      }));
    const testedTo = (fires: boolean) =>
      names.filter((name) => checks.some((check) => check.alert === name && check.fires === fires));
    expect(testedTo(true)).toEqual(names);
    expect(testedTo(false)).toEqual(names);
  });
});

describe('alerts', () => {
  it.each(alerts)('$alert says how urgent it is, and what is wrong', ({ labels, annotations }) => {
    expect(['page', 'ticket']).toContain(labels?.severity);
    expect(annotations?.summary).toMatch(/\.$/);
  });

  it.each(alerts)('$alert links to its own paragraph', ({ alert, annotations }) => {
    expect(annotations?.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
  });

  it('each have a paragraph in docs/operations.md, and each paragraph has an alert', () => {
    const text = readFileSync(path.join(checkout, 'docs/operations.md'), 'utf8');
    const [, chapter = ''] = /\n## Alerts\n(.*?)\n## /s.exec(text) ?? [];
    const headings = [...chapter.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.toSorted()).toEqual(names.toSorted());
  });
});
