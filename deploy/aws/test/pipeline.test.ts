import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { machineTag, signingKeyAlias, simpleReleaseDocument } from '../src/release-access.ts';
import { lintTemplate } from './lint-template.ts';
import { regions, synthesize } from './synthesize.ts';

interface Statement {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
}
interface RoleProperties {
  RoleName: string;
  AssumeRolePolicyDocument: { Statement: { Condition: Record<string, Record<string, string>> }[] };
}

const stack = await synthesize('pipeline', regions[0]);
const resources = Object.values(stack.resources);
const of = <Properties>(type: string): Properties[] =>
  resources.filter(({ Type }) => Type === type).map((each) => each.Properties as Properties);

test('breaks no rule of cfn-lint', async () => {
  expect(await lintTemplate(stack)).toEqual([]);
});

test('trusts one repository alone: to build for a release, to deploy for an environment', () => {
  const trusted = of<RoleProperties>('AWS::IAM::Role').map(
    ({ RoleName, AssumeRolePolicyDocument }) => [
      RoleName,
      AssumeRolePolicyDocument.Statement[0]?.Condition,
    ],
  );
  const issuer = 'token.actions.githubusercontent.com';
  const condition = (subject: string) => ({
    StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${issuer}:sub`]: `repo:example/tallyflow:${subject}` },
  });
  expect(trusted).toEqual([
    ['tallyflow-build', condition('ref:refs/tags/v*')],
    ['tallyflow-deploy-production', condition('environment:production')],
  ]);
});

test('lets only builds sign and push, and nobody do everything', () => {
  const policies = of<{
    Roles: { Ref: string }[];
    PolicyDocument: { Statement: Statement[] };
  }>('AWS::IAM::Policy');
  for (const { Roles, PolicyDocument } of policies) {
    const actions = PolicyDocument.Statement.flatMap(({ Action }) => Action);
    const isBuild = Roles[0]?.Ref.startsWith('Build');
    expect(actions.includes('kms:Sign')).toBe(isBuild);
    expect(actions.includes('ecr:PutImage')).toBe(isBuild);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  }
  expect(policies).toHaveLength(2);
});

test('keeps images: no tag moves, and nothing of a release is deleted', () => {
  const repositories = of<{
    ImageTagMutability: string;
    LifecyclePolicy: { LifecyclePolicyText: string };
  }>('AWS::ECR::Repository');
  expect(repositories).toHaveLength(6);
  for (const { ImageTagMutability, LifecyclePolicy } of repositories) {
    expect(ImageTagMutability).toBe('IMMUTABLE');
    const { rules } = JSON.parse(LifecyclePolicy.LifecyclePolicyText) as {
      rules: { selection: { tagStatus: string } }[];
    };
    expect(rules.map(({ selection }) => selection.tagStatus)).toEqual(['untagged']);
  }
});

describe('the scripts of a release', () => {
  const folder = path.resolve(import.meta.dirname, '../release');
  const text = readdirSync(folder)
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');

  test('use the names that the stacks give', () => {
    expect(new Set(text.match(/awskms:\/\/\/\S+/g))).toEqual(
      new Set([`awskms:///${signingKeyAlias}`]),
    );
    expect(text).toContain(`--document-name ${simpleReleaseDocument} `);
    expect(text).toContain(`Name=tag:${machineTag.key},Values=${machineTag.value} `);
  });
});
