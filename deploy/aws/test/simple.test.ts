import { expect, test } from '@jest/globals';
import { alarmMetrics } from '../costs/estimate.ts';
import { expectSound } from './expect-sound.ts';
import { lintTemplate } from './lint-template.ts';
import { type Resource, regions, type Synthesized, synthesize } from './synthesize.ts';

type Properties = Record<string, unknown>;
interface Rule {
  CidrIp?: string;
  FromPort: number;
  ToPort: number;
}

const stacks = await Promise.all(
  regions.map(async (region) => [region, await synthesize('simple', region)] as const),
);
const [, simple] = stacks[0] as readonly [string, Synthesized];

const of = ({ resources }: Synthesized, type: string): Properties[] =>
  Object.values(resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => Properties);
const one = (type: string): Properties => {
  const found = of(simple, type);
  expect(found).toHaveLength(1);
  return found[0] as Properties;
};

/** The script with which a machine starts, with names in place of what CloudFormation puts in. */
function userDataOf({ resources }: Synthesized): string {
  const template = Object.values(resources).find(
    ({ Type }) => Type === 'AWS::EC2::LaunchTemplate',
  ) as Resource;
  const data = template.Properties?.LaunchTemplateData as {
    UserData: { 'Fn::Base64': { 'Fn::Join': [string, (string | object)[]] } };
  };
  return data.UserData['Fn::Base64']['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join('');
}

test.each(stacks)('is sound, and breaks no rule of cfn-lint, in %s', async (_, stack) => {
  expectSound(stack);
  expect(await lintTemplate(stack)).toEqual([]);
});

test('lets the load balancer reach the two ports of the API, and the machine the database', () => {
  const rules = of(simple, 'AWS::EC2::SecurityGroupIngress').map((rule) => [
    rule.FromPort,
    rule.ToPort,
  ]);
  const inline = of(simple, 'AWS::EC2::SecurityGroup').flatMap(
    ({ SecurityGroupIngress = [] }) => SecurityGroupIngress as Rule[],
  );
  expect(rules.sort()).toEqual([
    [3000, 3001],
    [5432, 5432],
  ]);
  expect(inline.filter(({ FromPort }) => FromPort !== 443)).toEqual([]);
});

test('gives containers no way to the role of the machine, and encrypts its disk', () => {
  const { LaunchTemplateData } = one('AWS::EC2::LaunchTemplate') as {
    LaunchTemplateData: Properties;
  };
  expect(LaunchTemplateData.MetadataOptions).toEqual({
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 1,
  });
  expect(LaunchTemplateData.BlockDeviceMappings).toEqual([
    { DeviceName: '/dev/xvda', Ebs: expect.objectContaining({ Encrypted: true }) },
  ]);
  expect(LaunchTemplateData).not.toHaveProperty('KeyName');
  // So that a machine which is replaced has the fixes of Amazon Linux.
  expect(LaunchTemplateData.ImageId).toMatch(/^resolve:ssm:.*al2023.*arm64$/);
});

test('runs one machine at a time, which is replaced in any zone', () => {
  const group = one('AWS::AutoScaling::AutoScalingGroup');
  expect(group).toMatchObject({
    MinSize: '1',
    MaxSize: '1',
    InstanceMaintenancePolicy: { MinHealthyPercentage: 0, MaxHealthyPercentage: 100 },
    Tags: expect.arrayContaining([{ Key: 'tallyflow', Value: 'simple', PropagateAtLaunch: true }]),
  });
  expect((group.VPCZoneIdentifier as unknown[]).length).toBeGreaterThan(1);
});

test('ends a deployment that replaces the machine once Tallyflow runs on it', () => {
  const [id, { UpdatePolicy }] = Object.entries(simple.resources).find(
    ([, { Type }]) => Type === 'AWS::AutoScaling::AutoScalingGroup',
  ) as [string, Resource];
  expect(UpdatePolicy).toMatchObject({
    AutoScalingRollingUpdate: {
      MinInstancesInService: 0,
      WaitOnResourceSignals: true,
      PauseTime: 'PT1H',
    },
  });
  const script = userDataOf(simple);
  expect(script).toContain(`\nSTACK_NAME=TallyflowSimple\nGROUP_ID=${id}\n`);
  // A failure here would not be repeated. The service repeats what follows.
  expect(script.split('END_OF_FILE').at(-1)).not.toMatch(/^ *(dnf|curl|docker) /m);
  expect(script).toContain('\nExecStartPre=/usr/local/bin/install-docker\n');
});

test('lets the machine read no parameter but the one with its image', () => {
  const roles = of(simple, 'AWS::IAM::Role').flatMap(({ ManagedPolicyArns = [] }) =>
    (ManagedPolicyArns as object[]).map((each) => JSON.stringify(each)),
  );
  expect(roles.filter((each) => each.includes('SSM'))).toEqual([]);
  const statements = [
    ...of(simple, 'AWS::IAM::Policy').map(({ PolicyDocument }) => PolicyDocument),
    ...of(simple, 'AWS::IAM::Role').flatMap(({ Policies = [] }) =>
      (Policies as Properties[]).map(({ PolicyDocument }) => PolicyDocument),
    ),
  ].flatMap((document) => (document as { Statement: Properties[] }).Statement);
  const reading = statements.filter(({ Action }) =>
    [Action].flat().some((action) => /^ssm:(GetParameter|\*)/.test(String(action))),
  );
  expect(reading).toHaveLength(1);
  expect(JSON.stringify(reading[0]?.Resource)).toMatch(/:parameter\/tallyflow\/simple\/image"/);
});

test('names secrets to the machine, and shows none', () => {
  const script = userDataOf(simple);
  const secrets = [...script.matchAll(/^(\w+_SECRET)=(.*)$/gm)];
  expect(secrets.map(([, name]) => name).sort()).toEqual([
    'ADMIN_PASSWORD_SECRET',
    'APP_DATABASE_PASSWORD_SECRET',
    'BOOTSTRAP_API_KEY_SECRET',
    'OWNER_SECRET',
    'REDIS_PASSWORD_SECRET',
    'TEMPORAL_DATABASE_PASSWORD_SECRET',
  ]);
  for (const [, , value] of secrets) expect(value).toMatch(/^\{"(Ref|Fn::GetAtt)":/);
  expect(script).not.toContain('resolve:secretsmanager');
});

test('writes the settings that the scripts of the machine read', () => {
  const script = userDataOf(simple);
  const read = new Set(
    [...script.matchAll(/"\$([A-Z]+(?:_[A-Z]+)+)"/g)].map((match) => match[1] as string),
  );
  const written = [...script.matchAll(/^([A-Z]+(?:_[A-Z]+)+)=/gm)].map((match) => match[1]);
  expect(read).toContain('IMAGE_PARAMETER');
  expect([...read].filter((name) => !written.includes(name))).toEqual([]);
});

test('hands on the variables of the settings', async () => {
  const script = userDataOf(
    await synthesize('simple', regions[0], {
      workers: 3,
      variables: { RATE_LIMIT_PER_MINUTE: '600' },
      workerSecrets: { LLM_API_KEY: 'tallyflow/model' },
    }),
  );
  expect(script).toMatch(/^LLM_API_KEY_SECRET=.*:secret:tallyflow\/model$/m);
  const [, text = ''] =
    /\/etc\/tallyflow\/environment <<'END_OF_FILE'\n([\s\S]*?)\nEND_OF_FILE/.exec(script) ?? [];
  expect(text.split('\n')).toEqual([
    'ADMIN_EMAIL=admin@example.com',
    'WORKER_REPLICAS=3',
    'RATE_LIMIT_PER_MINUTE=600',
  ]);
});

test('reads the secret of a database that was restored, where the settings name one', async () => {
  const ownerSecretArn = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:rds!db-x-AbCdEf';
  const database = {
    instanceType: 'm8g.large',
    storageGib: 100,
    maxStorageGib: 1000,
    multiAz: true,
    backupDays: 14,
  };
  const stack = await synthesize('simple', regions[0], {
    database: { ...database, ownerSecretArn },
  });
  expect(userDataOf(stack)).toContain(`\nOWNER_SECRET=${ownerSecretArn}\n`);
  expect(JSON.stringify(of(stack, 'AWS::IAM::Policy'))).toContain(`"${ownerSecretArn}"`);
});

test('fits what EC2 takes as user data', () => {
  expect(userDataOf(simple).length).toBeLessThan(16_384);
});

test('takes only two commands, for an image with a digest', () => {
  const { Content } = one('AWS::SSM::Document') as {
    Content: { parameters: { arguments: { allowedPattern: string } } };
  };
  const pattern = new RegExp(Content.parameters.arguments.allowedPattern);
  const image = `111111111111.dkr.ecr.eu-central-1.amazonaws.com/tallyflow@sha256:${'a'.repeat(64)}`;
  for (const good of ['back', `update ${image}`]) expect(good).toMatch(pattern);
  for (const bad of [
    '',
    'stop',
    'update x',
    `update ${image}; id`,
    `update ${image} $(id)`,
    'back\nid',
  ])
    expect(bad).not.toMatch(pattern);
});

test('alarms for an API that is away, also where no number comes', () => {
  const alarms = of(simple, 'AWS::CloudWatch::Alarm');
  expect(alarms).toHaveLength(alarmMetrics.simple);
  for (const alarm of alarms) expect(alarm).not.toHaveProperty('Metrics');
  for (const { AlarmActions } of alarms) expect(AlarmActions).toHaveLength(1);
  const away = alarms.find(({ MetricName }) => MetricName === 'HealthyHostCount');
  expect(away).toMatchObject({ Threshold: 1, TreatMissingData: 'breaching' });
});
