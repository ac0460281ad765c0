import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configVariables, loadConfig } from '../../../src/config.ts';
import { alarmMetrics, compositeAlarms } from '../costs/estimate.ts';
import { withoutAlarm } from '../src/alarms/platform-alerts.ts';
import { figures } from '../src/figures.ts';
import { type Container, containersOf } from './containers.ts';
import { expectSound } from './expect-sound.ts';
import { expectTasks, rightsOf } from './expect-tasks.ts';
import { lintTemplate } from './lint-template.ts';
import { ofType, type Synthesized, synthesize } from './synthesize.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const rulesFolder = path.join(root, 'deploy/observability/rules');

interface Rule {
  alert?: string;
  expr: string;
  labels?: { severity: string };
}
const groups: { name: string; rules: Rule[] }[] = readdirSync(rulesFolder)
  .filter((name) => name.endsWith('.yml'))
  .flatMap((name) => parse(readFileSync(path.join(rulesFolder, name), 'utf8')).groups);
const rules = groups.flatMap((group) => group.rules);

/** The table of docs/kafka.md, which a test of the gateway compares with what it reads. */
const gatewayVariables = [
  ...readFileSync(path.join(root, 'docs/kafka.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` +\|/gm),
].map(([, name]) => name);

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const imageOf = (name: string) => `111111111111.dkr.ecr.us-east-1.amazonaws.com/${name}@${digest}`;

const ownTemporal = {
  kind: 'self-hosted',
  serverImage: imageOf('temporalio/server:1.31.0'),
  adminToolsImage: imageOf('temporalio/admin-tools:1.31.0'),
  uiImage: imageOf('temporalio/ui:2.49.1'),
  database: {
    instanceType: 'm8g.large',
    storageGib: 100,
    maxStorageGib: 500,
    multiAz: true,
    backupDays: 14,
  },
  server: { cpu: 1024, memoryMib: 4096, minTasks: 2, maxTasks: 2 },
  certificateSecretName: 'tallyflow/temporal',
  uiDomainName: 'temporal.tallyflow.example.com',
  signInPrefix: 'tallyflow-example',
};

const kafka = {
  hasAcls: true,
  gatewayImage: imageOf('tallyflow-gateway'),
  gateway: { cpu: 512, memoryMib: 1024, minTasks: 2, maxTasks: 8 },
  consumer: { cpu: 1024, memoryMib: 2048, minTasks: 2, maxTasks: 12 },
  brokerInstanceType: 'kafka.m7g.large',
  brokerStorageGib: 500,
};

describe.each([
  ['with Temporal Cloud', 'eu-central-1', {}],
  [
    'with Kafka, Temporal of its own, and another endpoint for telemetry',
    'us-east-1',
    {
      temporal: ownTemporal,
      telemetry: {
        endpoint: 'https://otlp.eu01.nr-data.net',
        headerName: 'api-key',
        headerSecretName: 'tallyflow/new-relic',
      },
      workerSecrets: { LLM_API_KEY: 'tallyflow/language-model' },
      variables: { LLM_BASE_URL: 'https://llm.example/v1', LLM_MODEL: 'm', MAX_BATCH_ROWS: '5000' },
      kafka,
    },
  ],
])('ECS %s in %s', (_, region, settings) => {
  let stack: Synthesized;
  let programs: Record<string, Container>;
  beforeAll(async () => {
    stack = await synthesize('ecs', region, settings);
    programs = Object.fromEntries(
      Object.entries(containersOf(stack, 'Program')).filter(([name]) => !/^Temporal/.test(name)),
    );
  });

  test('breaks no rule of cfn-lint', async () => {
    expect(await lintTemplate(stack)).toEqual([]);
  });

  test('is encrypted, private and kept', () => expectSound(stack));

  test('runs what docker-compose.yml runs, confined, after the migrations', () =>
    expectTasks(stack, programs));

  test('gives no task more rights than before', () => {
    expect(rightsOf(stack)).toMatchSnapshot();
  });

  const hasTemporal = 'temporal' in settings;

  test('has a firewall whose rules on bodies only count where bodies are batches', () => {
    const [acl] = ofType(stack, 'AWS::WAFv2::WebACL');
    const rules = acl?.properties.Rules as {
      Name: string;
      Statement: {
        ManagedRuleGroupStatement: {
          RuleActionOverrides?: { Name: string; ActionToUse: object }[];
          ScopeDownStatement?: object;
        };
      };
    }[];
    const counted = rules.map(({ Name, Statement: { ManagedRuleGroupStatement: group } }) => [
      Name.replace('AWSManagedRules', ''),
      Object.keys(group.ScopeDownStatement ?? {}),
      (group.RuleActionOverrides ?? [])
        .filter(({ Name: rule }) => /_BODY$/.test(rule))
        .map(({ Name: rule }) => rule.replace('_BODY', '')),
    ]);
    const [logging] = ofType(stack, 'AWS::WAFv2::LoggingConfiguration');
    expect(logging?.properties.LogDestinationConfigs).toEqual([
      `arn:aws:logs:${region}:111111111111:log-group:aws-waf-logs-TallyflowEcs`,
    ]);
    // The list of addresses looks at no body, and has no paths.
    expect(counted).toEqual([
      ['AmazonIpReputationList', [], []],
      // The console sends the ids of a thousand rows at once.
      ['CommonRuleSet', ['NotStatement'], ['SizeRestrictions']],
      [
        'CommonRuleSetForBulk',
        ['OrStatement'],
        ['SizeRestrictions', 'EC2MetaDataSSRF', 'GenericLFI', 'GenericRFI', 'CrossSiteScripting'],
      ],
      ['KnownBadInputsRuleSet', ['NotStatement'], []],
      ['KnownBadInputsRuleSetForBulk', ['OrStatement'], ['JavaDeserializationRCE', 'Log4JRCE']],
      // The UI of Temporal searches with what looks like SQL.
      ['SQLiRuleSet', [hasTemporal ? 'AndStatement' : 'NotStatement'], []],
      ['SQLiRuleSetForBulk', ['OrStatement'], ['SQLi', 'SQLiExtendedPatterns']],
    ]);
    const [sql] = rules.filter(({ Name }) => Name === 'AWSManagedRulesSQLiRuleSet');
    if (hasTemporal) expect(JSON.stringify(sql)).toContain(ownTemporal.uiDomainName);
  });

  const hasKafka = 'kafka' in settings;

  test('gives every process variables that the program knows, and all that it needs', () => {
    expect(Object.keys(programs).sort()).toEqual(
      hasKafka
        ? ['Api', 'Consumer', 'Gateway', 'Migration', 'Topics', 'Worker']
        : ['Api', 'Migration', 'Worker'],
    );
    for (const [name, container] of Object.entries(programs)) {
      const { variables, files } = container;
      const known = new Set<string | undefined>([
        ...(name === 'Gateway' ? gatewayVariables : configVariables),
        ...files.map(({ variable }) => variable),
      ]);
      expect([name, Object.keys(variables).filter((variable) => !known.has(variable))]).toEqual([
        name,
        [],
      ]);
      if (name !== 'Gateway') expect(() => loadConfig(variables)).not.toThrow();
    }
  });

  if (hasTemporal)
    test('lets nobody see the UI of Temporal who has not signed in', () => {
      const rules = ofType(stack, 'AWS::ElasticLoadBalancingV2::ListenerRule')
        .map(({ properties }) => properties as { Actions: { Type: string }[]; Conditions: unknown })
        .filter(({ Conditions }) => JSON.stringify(Conditions).includes('temporal.'));
      expect(rules.map(({ Actions }) => Actions.map(({ Type }) => Type))).toEqual([
        ['authenticate-cognito', 'forward'],
      ]);
      const [pool] = ofType(stack, 'AWS::Cognito::UserPool');
      expect(pool?.properties).toMatchObject({
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        MfaConfiguration: 'ON',
      });
    });

  test('has an alarm for each alert of deploy/observability, of the same severity', () => {
    const alarms = [
      ...ofType(stack, 'AWS::CloudWatch::Alarm'),
      ...ofType(stack, 'AWS::CloudWatch::CompositeAlarm'),
    ].map(({ properties }) => properties as { AlarmName?: string; AlarmDescription?: string });
    const told = alarms
      .filter(
        ({ AlarmName, AlarmDescription }) =>
          AlarmName !== undefined && AlarmDescription !== undefined,
      )
      .map(({ AlarmName = '', AlarmDescription = '' }) => [
        AlarmName.replace('TallyflowEcs-', ''),
        AlarmDescription.split(':')[0],
      ]);
    const wanted = groups
      .filter(({ name }) => hasKafka || name !== 'tallyflow-kafka')
      .flatMap((group) => group.rules)
      .filter(({ alert }) => alert !== undefined && withoutAlarm[alert] === undefined)
      .map(({ alert, labels }) => [alert, labels?.severity]);
    expect(wanted.length).toBeGreaterThan(20);
    expect(told.sort()).toEqual(wanted.sort());
  });

  if (!hasKafka)
    test('has as many alarms as the costs count', () => {
      const metrics = ofType(stack, 'AWS::CloudWatch::Alarm').map(({ properties }) =>
        ((properties.Metrics ?? [{ MetricStat: {} }]) as object[]).filter(
          (metric) => 'MetricStat' in metric,
        ),
      );
      expect(metrics.flat()).toHaveLength(alarmMetrics.ecs);
      const composite = ofType(stack, 'AWS::CloudWatch::CompositeAlarm');
      expect(composite).toHaveLength(compositeAlarms.ecs);
    });

  test('has the rates and windows of the alerts of Prometheus', () => {
    const conditions = ofType(stack, 'AWS::CloudWatch::Alarm').map(
      ({ properties }) => properties as { AlarmName?: string; Threshold: number },
    );
    const objectives = rules.filter(({ alert }) => alert?.includes('Budget'));
    expect(objectives).toHaveLength(4);
    for (const { alert, expr } of objectives) {
      const wanted = [...expr.matchAll(/ratio(\d+)([mhd]) > ([\d.]+) \* ([\d.]+)/g)].map(
        ([, count, unit = '', burn, budget]) => [
          `TallyflowEcs-${alert}P${unit === 'd' ? '' : 'T'}${count}${unit.toUpperCase()}`,
          Number((Number(burn) * Number(budget)).toPrecision(6)),
        ],
      );
      const found = conditions
        .filter(({ AlarmName }) => AlarmName?.startsWith(`TallyflowEcs-${alert}P`))
        .map(({ AlarmName, Threshold }) => [AlarmName, Threshold]);
      expect(wanted).toHaveLength(4);
      expect(found.sort()).toEqual(wanted.sort());
    }
  });
});

test('starts nothing that uses Kafka before people have set its ACLs', async () => {
  const stack = await synthesize('ecs', 'eu-central-1', { kafka: { ...kafka, hasAcls: false } });
  const [configuration] = ofType(stack, 'AWS::MSK::Configuration');
  expect(configuration?.properties.ServerProperties).toContain(
    'allow.everyone.if.no.acl.found=false',
  );
  expect(ofType(stack, 'AWS::MSK::Cluster')).toHaveLength(1);
  const programs = containersOf(stack, 'Program');
  expect(Object.keys(programs).sort()).toEqual(['Api', 'Migration', 'Worker']);
  expect(Object.keys(programs.Api?.variables ?? {})).not.toContain('KAFKA_BROKERS');
});

test('figures are made of metrics that alerts read as well', () => {
  const expressions = rules.map(({ expr }) => expr).join('\n');
  const unknown = Object.values(figures)
    .flatMap(({ from }) => from.map(({ name }) => name))
    .filter(
      (name) =>
        !expressions.includes(name) && !expressions.includes(name.replace('_count', '_bucket')),
    );
  expect(unknown).toEqual([]);
});
