import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { ofType, type Synthesized } from './synthesize.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
}

/** What has to hold for every stack, whatever it is made of. */
export function expectSound(stack: Synthesized): void {
  expectNothingPublic(stack);
  expectFewWaysOut(stack);
  expectEncrypted(stack);
  expectAlarmsHeard(stack);
  expectDatabasesKept(stack);
  expectFewRights(stack);
  expectHealthPaths(stack);
}

const list = <Value>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value]);

/** Addresses from everywhere may reach the load balancer, on the port of HTTPS. */
function expectNothingPublic(stack: Synthesized): void {
  const groups = ofType(stack, 'AWS::EC2::SecurityGroup');
  const rules = [
    ...groups.flatMap(({ id, properties }) =>
      ((properties.SecurityGroupIngress as Record<string, unknown>[]) ?? []).map((rule) => ({
        id,
        rule,
      })),
    ),
    ...ofType(stack, 'AWS::EC2::SecurityGroupIngress').map(({ id, properties }) => ({
      id,
      rule: properties,
    })),
  ];
  const open = rules.filter(({ rule }) => rule.CidrIp === '0.0.0.0/0' || rule.CidrIpv6 === '::/0');
  expect(open.map(({ rule }) => [rule.FromPort, rule.ToPort])).toEqual([[443, 443]]);
  expect(open[0]?.id).toMatch(/^LoadBalancer/);
  const balancers = ofType(stack, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  expect(balancers.map(({ properties }) => properties.Scheme)).toEqual(['internet-facing']);
  for (const { properties } of ofType(stack, 'AWS::EC2::Subnet'))
    expect(properties.MapPublicIpOnLaunch).not.toBe(true);
  for (const { properties } of ofType(stack, 'AWS::RDS::DBInstance'))
    expect(properties.PubliclyAccessible ?? false).toBe(false);
  for (const { properties } of ofType(stack, 'AWS::ECS::Service'))
    expect(properties).toMatchObject({
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  for (const { properties } of ofType(stack, 'AWS::ElasticLoadBalancingV2::Listener'))
    expect(properties).toMatchObject({ Port: 443, Protocol: 'HTTPS' });
}

/** To other networks nothing leads but HTTPS, and gRPC where Temporal Cloud is one of them. */
function expectFewWaysOut(stack: Synthesized): void {
  const rules = [
    ...ofType(stack, 'AWS::EC2::SecurityGroup').flatMap(
      ({ properties }) => (properties.SecurityGroupEgress as Record<string, unknown>[]) ?? [],
    ),
    ...ofType(stack, 'AWS::EC2::SecurityGroupEgress').map(({ properties }) => properties),
  ].filter(({ CidrIp, CidrIpv6 }) => CidrIp === '0.0.0.0/0' || CidrIpv6 === '::/0');
  expect(rules.length).toBeGreaterThan(0);
  for (const rule of rules) {
    const port = rule.Description === 'Temporal Cloud' ? 7233 : 443;
    expect(rule).toMatchObject({ IpProtocol: 'tcp', FromPort: port, ToPort: port });
  }
}

/** A policy of a topic replaces the one by which alarms may publish. */
function expectAlarmsHeard(stack: Synthesized): void {
  const topics = ofType(stack, 'AWS::SNS::Topic').map(({ id }) => id);
  expect(topics.length).toBeGreaterThan(0);
  const statements = ofType(stack, 'AWS::SNS::TopicPolicy').flatMap(
    ({ properties }) => (properties.PolicyDocument as { Statement: unknown[] }).Statement,
  );
  for (const topic of topics)
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Resource: { Ref: topic },
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
      }),
    );
}

export function expectEncrypted(stack: Synthesized): void {
  const wanted: Record<string, object> = {
    'AWS::RDS::DBInstance': { StorageEncrypted: true, KmsKeyId: expect.anything() },
    'AWS::Logs::LogGroup': { KmsKeyId: expect.anything(), RetentionInDays: expect.any(Number) },
    'AWS::SecretsManager::Secret': { KmsKeyId: expect.anything() },
    'AWS::SNS::Topic': { KmsMasterKeyId: expect.anything() },
    'AWS::S3::Bucket': { BucketEncryption: expect.anything() },
    'AWS::KMS::Key': { EnableKeyRotation: true },
    'AWS::ElastiCache::ReplicationGroup': {
      AtRestEncryptionEnabled: true,
      TransitEncryptionEnabled: true,
      AuthToken: expect.anything(),
    },
    'AWS::MSK::Cluster': {
      EncryptionInfo: {
        EncryptionAtRest: { DataVolumeKMSKeyId: expect.anything() },
        EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true },
      },
    },
    'AWS::ECR::Repository': { EncryptionConfiguration: { EncryptionType: 'KMS' } },
  };
  for (const [type, properties] of Object.entries(wanted))
    for (const resource of ofType(stack, type)) {
      // AWS replaces no keys that sign.
      if (resource.properties.KeyUsage === 'SIGN_VERIFY') continue;
      expect(resource).toMatchObject({ id: resource.id, properties });
    }
  const parameters = ofType(stack, 'AWS::RDS::DBParameterGroup');
  for (const { properties } of parameters)
    expect(properties.Parameters).toMatchObject({ 'rds.force_ssl': '1' });
}

function expectDatabasesKept(stack: Synthesized): void {
  const databases = ofType(stack, 'AWS::RDS::DBInstance');
  expect(databases.length).toBeGreaterThan(0);
  for (const { id, properties } of databases) {
    expect([id, properties.DeletionProtection]).toEqual([id, true]);
    expect([id, properties.DatabaseInsightsMode]).toEqual([id, 'standard']);
    expect(properties.BackupRetentionPeriod).toBeGreaterThanOrEqual(7);
    expect(['Snapshot', 'Retain']).toContain(stack.resources[id]?.DeletionPolicy);
  }
  // What has a name of its own would stand in the way of another try, where its creation is undone.
  const kept = {
    'AWS::KMS::Key': 'Retain',
    'AWS::SecretsManager::Secret': 'RetainExceptOnCreate',
    'AWS::Logs::LogGroup': 'RetainExceptOnCreate',
  };
  for (const [type, wanted] of Object.entries(kept))
    for (const { id } of ofType(stack, type)) {
      const policy = stack.resources[id]?.DeletionPolicy;
      // The secret of a database goes with it, and its last snapshot has its own.
      expect([id, policy]).toEqual([id, id.includes('InstanceSecret') ? policy : wanted]);
    }
}

/** No role may do everything, or everything with a service; only a key says so of itself. */
function expectFewRights(stack: Synthesized): void {
  const documents = [
    ...ofType(stack, 'AWS::IAM::Policy').map(({ id, properties }) => ({
      id,
      document: properties.PolicyDocument,
    })),
    ...ofType(stack, 'AWS::IAM::Role').flatMap(({ id, properties }) =>
      ((properties.Policies as { PolicyDocument: unknown }[]) ?? []).map((policy) => ({
        id,
        document: policy.PolicyDocument,
      })),
    ),
  ] as { id: string; document: { Statement: Statement[] } }[];
  const wide = documents.flatMap(({ id, document }) =>
    document.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action, Resource }) =>
      list(Action)
        .filter((action) => /^(\*|[\w-]+:\*)$/.test(action))
        .map((action) => `${id}: ${action} on ${JSON.stringify(Resource)}`),
    ),
  );
  expect(wide).toEqual([]);
}

/** Load balancers ask for paths that the program answers. */
function expectHealthPaths(stack: Synthesized): void {
  const routes = readFileSync(
    path.resolve(import.meta.dirname, '../../../src/api/operations/routes.ts'),
    'utf8',
  );
  const known = [...routes.matchAll(/router\.get\('(\/[\w]+)'/g)].map(([, found]) => found);
  expect(known).toContain('/healthz');
  // Temporal's UI has one of the same name.
  const paths = ofType(stack, 'AWS::ElasticLoadBalancingV2::TargetGroup').map(
    ({ properties }) => properties.HealthCheckPath,
  );
  expect(paths.length).toBeGreaterThan(0);
  for (const found of paths) expect(known).toContain(found);
}
