import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { machineTag, signingKeyAlias, simpleReleaseDocument } from '../src/release-access.ts';
import { expectEncrypted } from './expect-sound.ts';
import { lintTemplate } from './lint-template.ts';
import { regions, type Synthesized, synthesize } from './synthesize.ts';

interface Statement {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
}
interface RoleProperties {
  RoleName: string;
  MaxSessionDuration: number;
  AssumeRolePolicyDocument: { Statement: { Condition: Record<string, Record<string, string>> }[] };
}

const stack = await synthesize('pipeline', regions[0]);
const propertiesOf = <Properties>({ resources }: Synthesized, type: string): Properties[] =>
  Object.values(resources)
    .filter(({ Type }) => Type === type)
    .map((each) => each.Properties as Properties);
const of = <Properties>(type: string) => propertiesOf<Properties>(stack, type);

/** What each role may do, by the beginning of its id. */
const actionsOf = (from: Synthesized): Record<string, string[]> =>
  Object.fromEntries(
    propertiesOf<{ Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } }>(
      from,
      'AWS::IAM::Policy',
    ).map(({ Roles, PolicyDocument }) => [
      /^[A-Z][a-z]+/.exec(Roles[0]?.Ref ?? '')?.[0],
      PolicyDocument.Statement.flatMap(({ Action }) => Action),
    ]),
  );

test('breaks no rule of cfn-lint', async () => {
  expect(await lintTemplate(stack)).toEqual([]);
});

test('is encrypted', () => {
  expect(of('AWS::ECR::Repository')).not.toHaveLength(0);
  expectEncrypted(stack);
});

test('trusts one repository alone: to build and publish a release, to deploy for an environment', () => {
  const trusted = of<RoleProperties>('AWS::IAM::Role').map(
    ({ RoleName, AssumeRolePolicyDocument, MaxSessionDuration }) => [
      RoleName,
      AssumeRolePolicyDocument.Statement[0]?.Condition,
      MaxSessionDuration,
    ],
  );
  const issuer = 'token.actions.githubusercontent.com';
  const condition = (subject: string, claims = {}) => ({
    StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
    StringLike: {
      [`${issuer}:sub`]: `repo:example@1234567/tallyflow@123456789:${subject}`,
      ...claims,
    },
  });
  expect(trusted).toEqual([
    ['tallyflow-build', condition('ref:refs/tags/v*'), 3600],
    [
      'tallyflow-publish',
      condition('environment:release', { [`${issuer}:ref`]: 'refs/tags/v*' }),
      3600,
    ],
    ['tallyflow-deploy-production', condition('environment:production'), 7200],
  ]);
});

test('lets only "publish" sign, and nobody do everything', () => {
  const actions = actionsOf(stack);
  const may = (action: string) =>
    Object.keys(actions).filter((role) => actions[role]?.includes(action));
  expect(may('kms:Sign')).toEqual(['Publish']);
  expect(may('ecr:PutImage')).toEqual(['Build', 'Publish']);
  expect(Object.keys(actions)).toEqual(['Build', 'Publish', 'Deployproduction']);
  expect(
    Object.values(actions)
      .flat()
      .filter((action) => action.includes('*')),
  ).toEqual([]);
});

test('lets a deployment do what its way needs: one command, or what CloudFormation may', async () => {
  const ecs = await synthesize('pipeline', regions[0], { environments: { production: 'ecs' } });
  const ways = [stack, ecs].map((each) => actionsOf(each).Deployproduction ?? []);
  expect(ways.map((actions) => actions.includes('ssm:SendCommand'))).toEqual([true, false]);
  expect(ways.map((actions) => actions.includes('sts:AssumeRole'))).toEqual([false, true]);
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
